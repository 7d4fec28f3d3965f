import { presetNamed } from "../choices/presets.ts";
import { missingSetting } from "./platforms.ts";
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
  // What stands there already, but wrong, does not lack besides.
  const isWrong = (problem: string) => problems.some((one) => nameIn(one) === nameIn(problem));
  problems.push(...crossProblems(read).filter((problem) => !isWrong(problem)));
  if (problems.length > 0) throw new ConfigError(problems);
  return read;
}

/** What only several settings together can tell. */
function crossProblems(read: Partial<Settings>): readonly string[] {
  const { PERSONA, STOP, MODEL, FALLBACK_MODEL } = read;
  const problems: string[] = [];
  for (const name of new Set(read.ADAPTERS)) {
    const missing = missingSetting(name, read);
    if (missing !== undefined) problems.push(notSet(missing, `but ADAPTERS names ${name}`));
  }
  problems.push(...slackProblems(read));
  const priced = (["USER_LIMITS", "SERVER_LIMITS"] as const).find((name) => read[name]?.dollars !== undefined);
  if (priced !== undefined && read.MODEL_PRICE === undefined)
    problems.push(notSet("MODEL_PRICE", `but ${priced} has a limit in dollars`));
  if (PERSONA !== undefined && /^\S+$/.test(PERSONA) && presetNamed(PERSONA) === undefined) {
    problems.push(`PERSONA: no persona has this name (${settings.PERSONA.purpose})`);
  }
  if (FALLBACK_MODEL !== undefined && FALLBACK_MODEL === MODEL) {
    problems.push(`FALLBACK_MODEL: the same as MODEL (${settings.FALLBACK_MODEL.purpose})`);
  }
  if (STOP !== undefined && STOP.length > 4) problems.push(`STOP: more than four texts (${settings.STOP.purpose})`);
  return problems;
}

/** What looks like a choice and is not one: half of Slack's settings, or two ways at once. */
function slackProblems(read: Partial<Settings>): readonly string[] {
  const { ADAPTERS, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET } =
    read;
  if (ADAPTERS !== undefined && !ADAPTERS.includes("slack")) return [];
  const some = [SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET];
  const isMeant = ADAPTERS === undefined && some.some((value) => value !== undefined);
  const missing = isMeant ? missingSetting("slack", read) : undefined;
  const problems = missing === undefined ? [] : [notSet(missing, "so Slack is only half set up")];
  if (SLACK_CLIENT_ID !== undefined && SLACK_BOT_TOKEN !== undefined) {
    problems.push(
      "SLACK_BOT_TOKEN: set, but with SLACK_CLIENT_ID each workspace brings its own token. Remove one of the two",
    );
  }
  return problems;
}

const nameIn = (problem: string): string => problem.slice(0, problem.indexOf(":"));

const notSet = (name: SettingName, why: string): string => `${name}: not set, ${why} (${settings[name].purpose})`;
