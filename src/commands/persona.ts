import { presetNamed, presets } from "../choices/presets.ts";
import { type OptionSpec, type Place, quoted, type Scope, withoutMarkup } from "../port/index.ts";
import { sentences } from "../sentences/sentences.ts";
import { refusalOf as authorityRefusal } from "./authority.ts";
import type { Command, CommandCall } from "./command.ts";
import { readWritten, scopes, type Written } from "./persona-scope.ts";
import { channelName, threadName } from "./place-names.ts";

const said = sentences.commands.persona;

/** Longer texts crowd out the conversation, and platforms cut them. Characters. */
export const maxPersonaLength = 4_000;

const names = presets.map((preset) => `\`${preset.name}\``).join(", ");

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
    const { place, parts } = call;
    const wanted = wantedOf(call);
    if (wanted.kind === "unclear") return { refused: said.set.unclear(wanted.word, usualScope(place)) };
    const scope = wanted.scope ?? usualScope(place);
    const refusal = refusalOfText(wanted.persona, place) ?? refusalOf(place, scope, said.set.noThread);
    if (refusal !== undefined) return { refused: refusal };
    const persona = await parts.personas.set(place, scope, wanted.persona);
    const text = persona.name === undefined ? withoutMarkup(persona.summary) : undefined;
    return said.set.done(nameOf(place, scope), persona.title, text);
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
    const scope = chosenScope(call) ?? usualScope(call.place);
    const refusal = refusalOf(call.place, scope, said.reset.noThread);
    if (refusal !== undefined) return { refused: refusal };
    const changed = await call.parts.personas.reset(call.place, scope);
    const { persona } = await call.parts.personas.at(call.place);
    const where = nameOf(call.place, scope);
    return changed ? said.reset.done(where, persona.title) : { refused: said.reset.nothing(where, persona.title) };
  },
};

/** A text beside a scope of its own is taken as it is. */
function wantedOf(call: CommandCall): Written {
  const text = call.options["persona"] ?? "";
  const scope = chosenScope(call);
  return scope === undefined ? readWritten(text, call.place) : { kind: "clear", persona: text.trim(), scope };
}

function refusalOfText(text: string, place: Place): string | undefined {
  if (text === "") return said.set.which(channelName(place));
  if (text.length > maxPersonaLength) return said.set.tooLong(text.length, maxPersonaLength);
  if (/^\S+$/.test(text) && presetNamed(text) === undefined) return said.set.unknown(text, names);
  return undefined;
}

const chosenScope = ({ options }: CommandCall): Scope | undefined => scopes.find((scope) => scope === options["scope"]);

/** The narrowest that exists where the person is. */
const usualScope = (place: Place): Scope => (isInside(place) ? "thread" : "channel");

/** Said where a conversation goes on, rather than where conversations begin. */
const isInside = ({ kind, isInbox }: Place): boolean =>
  kind === "thread" || (kind === "direct" && isInbox === undefined);

function refusalOf(place: Place, scope: Scope, noThread: (wider: string) => string): string | undefined {
  if (scope === "server" && place.server === undefined) return said.set.noServer;
  if (scope === "thread" && !isInside(place)) return noThread(channelName(place));
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
