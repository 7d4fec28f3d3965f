import { presetNamed, presets } from "../choices/presets.ts";
import { type OptionSpec, type Place, quoted, type Scope, withoutMarkup } from "../port/index.ts";
import { refusalOf as authorityRefusal } from "./authority.ts";
import type { Command, CommandCall } from "./command.ts";

/** Longer texts crowd out the conversation, and platforms cut them. Characters. */
export const maxPersonaLength = 4_000;

const names = presets.map((preset) => `\`${preset.name}\``).join(", ");

/** The narrowest first. */
export const scopes = ["thread", "channel", "server"] as const;

const scopeOption: OptionSpec = {
  name: "scope",
  summary: "How far it reaches: this thread, the channel with its new threads, or the whole server",
  required: false,
  choices: scopes,
};

export const personaSet: Command = {
  name: "persona set",
  summary: "Choose who the bot speaks as",
  options: [
    {
      name: "persona",
      summary: "A name from the list, or your own text: “You are …”",
      required: true,
      maxLength: maxPersonaLength,
      completes: true,
    },
    scopeOption,
  ],
  private: false,
  when: "at-once",
  async run(call) {
    const text = (call.options["persona"] ?? "").trim();
    const scope = scopeOf(call);
    const refusal = refusalOfText(text) ?? refusalOf(call.place, scope);
    if (refusal !== undefined) return { refused: refusal };
    const persona = await call.parts.personas.set(call.place, scope, text);
    return `${inPlace(call.place, scope)} I now speak as **${persona.title}**${persona.name === undefined ? `: “${withoutMarkup(persona.summary)}”` : ""}.`;
  },
};

export const personaShow: Command = {
  name: "persona show",
  summary: "Show who the bot speaks as here",
  options: [],
  private: true,
  when: "at-once",
  async run({ place, parts }) {
    const { persona, scope } = await parts.personas.at(place);
    const where = scope === "default" ? "the default" : `set for ${nameOf(place, scope)}`;
    return `I speak as **${persona.title}** (${where}).\n${quoted(persona.text)}`;
  },
};

export const personaList: Command = {
  name: "persona list",
  summary: "List the personas to choose from",
  options: [],
  private: true,
  when: "at-once",
  async run({ place, parts }) {
    const { persona } = await parts.personas.at(place);
    const lines = presets.map(
      ({ name, summary }) => `- \`${name}\`${name === persona.name ? " (now)" : ""}: ${summary}`,
    );
    return [...lines, "", "Choose one with `persona set`, or write your own: `persona set You are …`"].join("\n");
  },
};

export const personaReset: Command = {
  name: "persona reset",
  summary: "Go back to the persona that would speak here without your choice",
  options: [scopeOption],
  private: false,
  when: "at-once",
  async run(call) {
    const scope = scopeOf(call);
    const refusal = refusalOf(call.place, scope);
    if (refusal !== undefined) return { refused: refusal };
    const changed = await call.parts.personas.reset(call.place, scope);
    const { persona } = await call.parts.personas.at(call.place);
    if (!changed) return `No persona was set for ${nameOf(call.place, scope)}. I speak as **${persona.title}** here.`;
    return `${inPlace(call.place, scope)} I speak as **${persona.title}** again.`;
  },
};

function refusalOfText(text: string): string | undefined {
  if (text === "") return "Which persona? Give a name from `persona list`, or your own text: “You are …”.";
  if (text.length > maxPersonaLength) {
    return `That text has ${text.length} characters; a persona can have ${maxPersonaLength}. Nothing was changed.`;
  }
  if (/^\S+$/.test(text) && presetNamed(text) === undefined) {
    return `I know no persona called “${text}”. There are ${names}. Or write your own: \`persona set You are …\`.`;
  }
  return undefined;
}

/** The scope that was asked for, or the narrowest that exists where the person is. */
function scopeOf({ place, options }: CommandCall): Scope {
  const asked = scopes.find((scope) => scope === options["scope"]);
  return asked ?? (isInside(place) ? "thread" : "channel");
}

/** Said where a conversation goes on, rather than where conversations begin. */
const isInside = ({ kind, begins }: Place): boolean => kind === "thread" || (kind === "direct" && begins === undefined);

function refusalOf(place: Place, scope: Scope): string | undefined {
  if (scope === "server" && place.server === undefined) return "There is no server here, only the two of us.";
  if (scope === "thread" && !isInside(place)) {
    return `This is no thread. Say it inside a thread, or choose ${nameOf(place, "channel")}.`;
  }
  return authorityRefusal(place, scope, `change the persona for ${nameOf(place, scope)}`);
}

function nameOf(place: Place, scope: Scope): string {
  switch (scope) {
    case "thread":
      return place.kind === "direct" ? "this conversation" : "this thread";
    case "channel":
      return place.kind === "direct" ? "our direct messages" : "this channel";
    case "server":
      return `this ${place.serverNoun ?? "server"}`;
  }
}

const inPlace = (place: Place, scope: Scope): string => `In ${nameOf(place, scope)}`;
