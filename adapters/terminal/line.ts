import { randomUUID } from "node:crypto";
import {
  type AdapterContext,
  type Author,
  type BotEvent,
  type CommandSpec,
  type EventId,
  eventId,
  type MessageEvent,
  messageId,
  type Place,
  parseChoices,
  sentences,
} from "../../src/port/index.ts";

/** What a typed line means: a message, a command, or a sentence that says what is wrong with it. */
export function toEvent(line: string, place: Place, author: Author, context: AdapterContext): BotEvent | string {
  const text = line.trim();
  const spec = text.startsWith("/") ? commandAt(text.slice(1), context.commands) : undefined;
  if (isCommandLike(text) && spec === undefined) {
    return sentences.terminal.unknownCommand(context.commands.map((one) => `/${one.name}`).join(", "));
  }
  if (spec === undefined) return toMessage(line, place, author, context.clock.now());
  const rest = text.slice(1 + spec.name.length).trim();
  if (spec.asks) return { ...toMessage(rest, place, author, context.clock.now()), viaCommand: true };
  return { kind: "command", id: newEventId(), place, author, name: spec.name, options: optionsOf(spec, rest) };
}

function toMessage(text: string, place: Place, author: Author, sentAt: number): MessageEvent {
  const id = newEventId();
  const message = messageId(id);
  return { kind: "message", id, place, message, author, text, attachments: [], sentAt, via: "direct" };
}

/** "/persona" is meant for the bot, "/etc/hosts" is not. */
const isCommandLike = (text: string): boolean => /^\/\w+(\s|$)/.test(text);

/** The command that the line begins with; "persona" alone shows it. */
function commandAt(text: string, commands: readonly CommandSpec[]): CommandSpec | undefined {
  const words = text.trim() === "persona" ? "persona show" : text;
  return commands.find(({ name }) => words === name || words.startsWith(`${name} `));
}

/**
 * `scope=channel` anywhere sets an option with choices, and the rest of the line is the text option. Where there is none, the
 * words themselves choose: `/replies final`.
 */
function optionsOf(spec: CommandSpec, rest: string): Readonly<Record<string, string>> {
  const options: Record<string, string> = {};
  let text = rest;
  for (const option of spec.options) {
    if (option.choices === undefined) continue;
    const isMeant = ([, name]: RegExpExecArray) => name === option.name;
    const found = [...text.matchAll(/(?:^|\s)(\w+)=(\w+)/g)].find(isMeant);
    if (found === undefined) continue;
    const [match, , value = ""] = found;
    options[option.name] = value;
    text = (text.slice(0, found.index) + text.slice(found.index + match.length)).trim();
  }
  const textOption = spec.options.find((option) => option.choices === undefined);
  if (textOption === undefined) return { ...parseChoices(text.split(/\s+/).filter(Boolean), spec.options), ...options };
  if (text !== "") options[textOption.name] = text;
  return options;
}

export const newEventId = (): EventId => eventId(`terminal:${randomUUID()}`);
