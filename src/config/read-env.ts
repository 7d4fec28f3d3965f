import { presetNamed } from "../choices/presets.ts";
import { sentences } from "../sentences/sentences.ts";
import { missingSetting } from "./platforms.ts";
import { purposeOf, type SettingName, type Settings, settings } from "./settings.ts";

const said = sentences.settings;

/** The settings cannot be used. The message names each problem, so that one look mends them all. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super([said.head, ...problems.map((problem) => `  - ${problem}`)].join("\n"));
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
    const value = env[name]?.trim();
    const result = settings[name].safeParse(value === "" ? undefined : value);
    if (result.success) values[name] = result.data;
    else problems.push(problem(name, [...new Set(result.error.issues.map((issue) => issue.message))].join("; ")));
  }
  const read = values as Settings; // complete unless there are problems, which end this below
  // What stands there already, but wrong, does not lack besides.
  const isWrong = (another: string) => problems.some((one) => nameIn(one) === nameIn(another));
  problems.push(...crossProblems(read).filter((another) => !isWrong(another)));
  if (problems.length > 0) throw new ConfigError(problems);
  return read;
}

/** What only several settings together can tell. */
function crossProblems(read: Partial<Settings>): readonly string[] {
  const { PERSONA, STOP, MODEL, FALLBACK_MODEL } = read;
  const problems: string[] = [];
  for (const name of new Set(read.ADAPTERS)) {
    const missing = missingSetting(name, read);
    if (missing !== undefined) problems.push(notSet(missing, said.why.adapter(name)));
  }
  problems.push(...slackProblems(read));
  const priced = (["USER_LIMITS", "SERVER_LIMITS"] as const).find((name) => read[name]?.dollars !== undefined);
  if (priced !== undefined && read.MODEL_PRICE === undefined)
    problems.push(notSet("MODEL_PRICE", said.why.dollars(priced)));
  if (PERSONA !== undefined && /^\S+$/.test(PERSONA) && presetNamed(PERSONA) === undefined) {
    problems.push(problem("PERSONA", said.noPersona));
  }
  if (FALLBACK_MODEL !== undefined && FALLBACK_MODEL === MODEL) {
    problems.push(problem("FALLBACK_MODEL", said.sameModel));
  }
  if (STOP !== undefined && STOP.length > 4) problems.push(problem("STOP", said.manyStops));
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
  const problems = missing === undefined ? [] : [notSet(missing, said.why.halfSlack)];
  if (SLACK_CLIENT_ID !== undefined && SLACK_BOT_TOKEN !== undefined) {
    problems.push(said.twoTokens);
  }
  return problems;
}

const nameIn = (sentence: string): string => sentence.slice(0, sentence.indexOf(":"));

const problem = (name: SettingName, what: string): string => said.problem(name, what, purposeOf(name));

const notSet = (name: SettingName, why: string): string => problem(name, said.notSet(why));
