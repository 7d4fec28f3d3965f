import { presetNamed } from "../persona/presets.ts";
import { type SettingName, type Settings, settings } from "./settings.ts";

/** The settings cannot be used. The message names each problem, so that one look mends them all. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(["The settings need attention:", ...problems.map((problem) => `  - ${problem}`)].join("\n"));
    this.problems = problems;
  }
}

/**
 * Reads the settings from environment variables. An empty value counts as not set. Throws a `ConfigError` with every problem at
 * once; values are never repeated in it, because they may be secrets.
 */
export function readEnv(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of Object.keys(settings) as SettingName[]) {
    const { purpose, schema } = settings[name];
    const value = env[name]?.trim();
    const result = schema.safeParse(value === "" ? undefined : value);
    if (result.success) values[name] = result.data;
    else problems.push(`${name}: ${result.error.issues.map((issue) => issue.message).join("; ")} (${purpose})`);
  }
  const read = values as Settings; // complete unless there are problems, which end this below
  problems.push(...crossProblems(read));
  if (problems.length > 0) throw new ConfigError(problems);
  return read;
}

/** What only several settings together can tell. */
function crossProblems({ ADAPTERS, DISCORD_TOKEN, PERSONA, STOP }: Partial<Settings>): readonly string[] {
  const problems: string[] = [];
  if (ADAPTERS?.includes("discord") && DISCORD_TOKEN === undefined) {
    problems.push(`DISCORD_TOKEN: not set, but ADAPTERS names discord (${settings.DISCORD_TOKEN.purpose})`);
  }
  if (PERSONA !== undefined && /^\S+$/.test(PERSONA) && presetNamed(PERSONA) === undefined) {
    problems.push(`PERSONA: no persona has this name (${settings.PERSONA.purpose})`);
  }
  if (STOP !== undefined && STOP.length > 4) problems.push(`STOP: more than four texts (${settings.STOP.purpose})`);
  return problems;
}
