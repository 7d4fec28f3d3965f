import type { ModelSettings } from "../model/model-client.ts";
import { adapterNames, settings as known, type Settings } from "./settings.ts";

export type AdapterName = (typeof adapterNames)[number];

/** The adapters that the settings name; else all that are configured; else the terminal, where there is one. */
export function chooseAdapters(settings: Settings, hasTerminal: boolean): readonly AdapterName[] {
  if (settings.ADAPTERS !== undefined) return [...new Set(settings.ADAPTERS)];
  if (settings.DISCORD_TOKEN !== undefined) return ["discord"];
  return hasTerminal ? ["terminal"] : [];
}

/** For each platform whether it runs, and the exact setting that it lacks. */
export function describePlatforms(settings: Settings, chosen: readonly AdapterName[]): string {
  return adapterNames
    .map((name) => `  ${name}: ${chosen.includes(name) ? "on" : `off (${lackOf(name, settings)})`}`)
    .join("\n");
}

function lackOf(name: AdapterName, settings: Settings): string {
  switch (name) {
    case "discord":
      return settings.DISCORD_TOKEN === undefined
        ? `set DISCORD_TOKEN: ${known.DISCORD_TOKEN.purpose}`
        : "add it to ADAPTERS";
    case "terminal":
      return "set ADAPTERS=terminal to talk to it here";
  }
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
    ...set("temperature", settings.TEMPERATURE),
    ...set("topP", settings.TOP_P),
    ...set("maxOutputTokens", settings.MAX_OUTPUT_TOKENS),
    ...set("presencePenalty", settings.PRESENCE_PENALTY),
    ...set("frequencyPenalty", settings.FREQUENCY_PENALTY),
    ...set("stop", settings.STOP?.length === 0 ? undefined : settings.STOP),
    ...set("reasoningEffort", settings.REASONING_EFFORT),
  };
}

/** The property if it has a value: a parameter that is not set must not be sent at all. */
function set<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: Value });
}
