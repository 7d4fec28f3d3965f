import type { ModelSettings } from "../model/model-client.ts";
import { sentences } from "../sentences/sentences.ts";
import { adapterNames, purposeOf, type SettingName, type Settings } from "./settings.ts";

const said = sentences.start;

export type AdapterName = (typeof adapterNames)[number];

/** The adapters that the settings name; else all that are configured; else the terminal, where there is one. */
export function chooseAdapters(settings: Settings, hasTerminal: boolean): readonly AdapterName[] {
  if (settings.ADAPTERS !== undefined) return [...new Set(settings.ADAPTERS)];
  const configured = adapterNames.filter((name) => isConfigured(name, settings));
  return configured.length === 0 && hasTerminal ? ["terminal"] : configured;
}

/** Somebody meant it to run; whether that is enough is told by `missingSetting`. The terminal has no setting of its own. */
function isConfigured(name: AdapterName, settings: Settings): boolean {
  switch (name) {
    case "discord":
      return settings.DISCORD_TOKEN !== undefined;
    case "slack":
      return settings.SLACK_BOT_TOKEN !== undefined || settings.SLACK_CLIENT_ID !== undefined;
    case "terminal":
      return false;
  }
}

/** For each platform whether it runs, and the exact setting that it lacks. */
export function describePlatforms(settings: Settings, chosen: readonly AdapterName[]): string {
  return adapterNames
    .map((name) => said.platform(name, chosen.includes(name) ? undefined : (lackOf(name, settings) ?? addition[name])))
    .join("\n");
}

const addition: Readonly<Record<AdapterName, string>> = {
  discord: said.addToAdapters,
  slack: said.addToAdapters,
  terminal: said.runTerminal,
};

function lackOf(name: AdapterName, settings: Settings): string | undefined {
  const missing = missingSetting(name, settings);
  return missing === undefined ? undefined : said.set(missing, purposeOf(missing));
}

/** The first setting without which an adapter cannot run; undefined where nothing is missing. */
export function missingSetting(name: AdapterName, settings: Partial<Settings>): SettingName | undefined {
  switch (name) {
    case "discord":
      return settings.DISCORD_TOKEN === undefined ? "DISCORD_TOKEN" : undefined;
    case "slack":
      return missingForSlack(settings);
    case "terminal":
      return undefined;
  }
}

/** A token with Socket Mode; or a signing secret with either a token or the two that others install the app by. */
function missingForSlack(settings: Partial<Settings>): SettingName | undefined {
  const { SLACK_BOT_TOKEN: token, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signing } = settings;
  const { SLACK_CLIENT_ID: id, SLACK_CLIENT_SECRET: secret } = settings;
  if (id === undefined && secret === undefined) {
    if (token === undefined) return "SLACK_BOT_TOKEN";
    return appToken === undefined && signing === undefined ? "SLACK_APP_TOKEN" : undefined;
  }
  if (id === undefined) return "SLACK_CLIENT_ID";
  if (secret === undefined) return "SLACK_CLIENT_SECRET";
  return signing === undefined ? "SLACK_SIGNING_SECRET" : undefined;
}

/** How the model is reached; `demo` stands in where no key and no server are set. */
export function toModelSettings(
  settings: Settings,
  demo: { baseUrl: string; model: string } | undefined,
): ModelSettings {
  return {
    baseUrl: demo?.baseUrl ?? settings.OPENAI_BASE_URL ?? "https://api.openai.com/v1",
    apiKey: settings.OPENAI_API_KEY ?? "none",
    model: demo?.model ?? settings.MODEL,
    sendUserId: settings.SEND_USER_ID,
    tokenField: settings.TOKEN_FIELD,
    systemRole: settings.SYSTEM_ROLE,
    idleMs: settings.MODEL_IDLE_SECONDS * 1_000,
    concurrency: settings.MODEL_CONCURRENCY,
    ...set("temperature", settings.TEMPERATURE),
    ...set("topP", settings.TOP_P),
    ...set("maxOutputTokens", settings.MAX_OUTPUT_TOKENS),
    ...set("presencePenalty", settings.PRESENCE_PENALTY),
    ...set("frequencyPenalty", settings.FREQUENCY_PENALTY),
    ...set("stop", settings.STOP?.length === 0 ? undefined : settings.STOP),
    ...set("reasoningEffort", settings.REASONING_EFFORT),
    ...set("beginsThinking", settings.THINK_TAGS === "closing" ? true : undefined),
  };
}

/** The property if it has a value: a parameter that is not set must not be sent at all. */
function set<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: Value });
}
