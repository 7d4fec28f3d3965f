import { presetNamed, presets } from "../choices/presets.ts";
import { type OptionSpec, type Place, quoted, type Scope, withoutMarkup } from "../port/index.ts";
import { sentences } from "../sentences/sentences.ts";
import { refusalOf as authorityRefusal } from "./authority.ts";
import type { Command, CommandCall } from "./command.ts";
import { channelName, threadName } from "./place-names.ts";

const said = sentences.commands.persona;

/** Longer texts crowd out the conversation, and platforms cut them. Characters. */
export const maxPersonaLength = 4_000;

const names = presets.map((preset) => `\`${preset.name}\``).join(", ");

/** The narrowest first. */
export const scopes = ["thread", "channel", "server"] as const;

const scopeOption: OptionSpec = {
  name: "scope",
  summary: said.set.scope,
  required: false,
  choices: scopes,
};

export const personaSet: Command = {
  name: "persona set",
  summary: said.set.summary,
  options: [
    {
      name: "persona",
      summary: said.set.persona,
      required: true,
      maxLength: maxPersonaLength,
      completes: true,
    },
    scopeOption,
  ],
  private: false,
  when: "at-once",
  async run(call) {
    const wanted = (call.options["persona"] ?? "").trim();
    const scope = scopeOf(call);
    const refusal = refusalOfText(wanted) ?? refusalOf(call.place, scope);
    if (refusal !== undefined) return { refused: refusal };
    const persona = await call.parts.personas.set(call.place, scope, wanted);
    const text = persona.name === undefined ? withoutMarkup(persona.summary) : undefined;
    return said.set.done(nameOf(call.place, scope), persona.title, text);
  },
};

export const personaShow: Command = {
  name: "persona show",
  summary: said.show.summary,
  options: [],
  private: true,
  when: "at-once",
  async run({ place, parts }) {
    const { persona, scope } = await parts.personas.at(place);
    const setFor = scope === "default" ? undefined : nameOf(place, scope);
    return `${said.show.now(persona.title, setFor)}\n${quoted(persona.text)}`;
  },
};

export const personaList: Command = {
  name: "persona list",
  summary: said.list.summary,
  options: [],
  private: true,
  when: "at-once",
  async run({ place, parts }) {
    const { persona } = await parts.personas.at(place);
    const lines = presets.map(({ name, summary }) => said.list.line(name, summary, name === persona.name));
    return [...lines, "", said.list.how].join("\n");
  },
};

export const personaReset: Command = {
  name: "persona reset",
  summary: said.reset.summary,
  options: [scopeOption],
  private: false,
  when: "at-once",
  async run(call) {
    const scope = scopeOf(call);
    const refusal = refusalOf(call.place, scope);
    if (refusal !== undefined) return { refused: refusal };
    const changed = await call.parts.personas.reset(call.place, scope);
    const { persona } = await call.parts.personas.at(call.place);
    const where = nameOf(call.place, scope);
    return changed ? said.reset.done(where, persona.title) : { refused: said.reset.nothing(where, persona.title) };
  },
};

function refusalOfText(text: string): string | undefined {
  if (text === "") return said.set.which;
  if (text.length > maxPersonaLength) return said.set.tooLong(text.length, maxPersonaLength);
  if (/^\S+$/.test(text) && presetNamed(text) === undefined) return said.set.unknown(text, names);
  return undefined;
}

/** The scope that was asked for, or the narrowest that exists where the person is. */
function scopeOf({ place, options }: CommandCall): Scope {
  const asked = scopes.find((scope) => scope === options["scope"]);
  return asked ?? (isInside(place) ? "thread" : "channel");
}

/** Said where a conversation goes on, rather than where conversations begin. */
const isInside = ({ kind, isInbox }: Place): boolean =>
  kind === "thread" || (kind === "direct" && isInbox === undefined);

function refusalOf(place: Place, scope: Scope): string | undefined {
  if (scope === "server" && place.server === undefined) return said.set.noServer;
  if (scope === "thread" && !isInside(place)) return said.set.noThread(channelName(place));
  return authorityRefusal(place, scope, said.set.act(nameOf(place, scope)));
}

function nameOf(place: Place, scope: Scope): string {
  switch (scope) {
    case "thread":
      return threadName(place);
    case "channel":
      return channelName(place);
    case "server":
      return sentences.commands.places.server(place.serverNoun ?? "server");
  }
}
