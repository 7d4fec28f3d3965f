import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  ButtonStyle,
  ComponentType,
} from "discord.js";
import {
  type Content,
  type Control,
  type Limits,
  type Place,
  type RateLimit,
  sentences,
  type ThreadId,
  threadId,
  unaddressed,
  userId,
} from "../../src/port/index.ts";
import { toAttachments } from "./attachments.ts";

/** Names behind the ids in a message, as far as they are known. */
export type Names = {
  readonly user: (id: string) => string | undefined;
  readonly channel: (id: string) => string | undefined;
  readonly role: (id: string) => string | undefined;
};

/**
 * A message's text as a reader sees it: ids become names, custom emoji their names. A mention of the bot at either end was only
 * the address and goes; in mid-sentence it is a word and stays.
 */
export function toText(content: string, ownMentions: readonly string[], names: Names): string {
  return unaddressed(content, ownMentions)
    .replace(/<@!?(\d+)>/g, (mention, id: string) => named("@", names.user(id), mention))
    .replace(/<@&(\d+)>/g, (mention, id: string) => named("@", names.role(id), mention))
    .replace(/<#(\d+)>/g, (mention, id: string) => named("#", names.channel(id), mention))
    .replace(/<a?(:\w+:)\d+>/g, "$1")
    .trim();
}

function named(sign: string, name: string | undefined, mention: string): string {
  return name === undefined ? mention : sign + name;
}

/** Discord's limit on a thread's name, in characters. */
const longestThreadName = 100;

/** A thread is called what was asked. */
export function toThreadName(text: string, author: string): string {
  const line = text
    .replace(/\|\|[\s\S]*?\|\|/g, "…") // a spoiler stays one
    .replace(/^[#>\s]+/gm, " ")
    .replace(/(\*\*|~~|`{1,3})(.+?)\1/gs, "$2")
    .replace(/\s+/g, " ")
    .trim()
    .toWellFormed();
  const name = line === "" ? sentences.discord.chatWith(author) : line;
  if (name.length <= longestThreadName) return name;
  const cut = name.slice(0, longestThreadName - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), longestThreadName / 2)).toWellFormed()}…`;
}

type Row = APIActionRowComponent<APIButtonComponentWithCustomId>;

/** Controls as a row of buttons. The button names its conversation, because it may stand in another place. */
export function toComponents(controls: readonly Control[], thread: ThreadId): Row[] {
  if (controls.length === 0) return [];
  const buttons = controls.map(({ command, label, only }) => ({
    type: ComponentType.Button as const,
    style: ButtonStyle.Secondary as const,
    label,
    custom_id: [command, thread, only].filter(Boolean).join(" "),
  }));
  return [{ type: ComponentType.ActionRow, components: buttons }];
}

export type Pressed = Pick<Control, "command" | "only"> & { readonly thread: ThreadId };

/** What a button of ours means; undefined for any other. */
export function fromCustomId(id: string): Pressed | undefined {
  const [, name, thread, only] = /^([a-z-]+) (discord:\d+)(?: (discord:\d+))?$/.exec(id) ?? [];
  const command = (["stop", "go-on", "retry", "forget-me", "keep-me"] as const).find((known) => known === name);
  if (command === undefined || thread === undefined) return undefined;
  return { command, thread: threadId(thread), ...(only === undefined ? {} : { only: userId(only) }) };
}

/** Discord's limit on `content`. https://docs.discord.com/developers/resources/message */
export const limitsFor = ({ edits, posts }: { readonly edits: RateLimit; readonly posts?: RateLimit }): Limits => ({
  maxLength: 2_000,
  dialect: { tables: { maxWidth: 80 }, headings: 3, math: "code", maxCodeLength: 3_500 },
  ...edits,
  ...(posts === undefined ? {} : { posts }),
  cursor: " ▌",
});

/**
 * What stands in a message. Links get no previews: a reply is text, and previews would push it apart. An edit with files has
 * these alone afterwards, because discord.js lists them as all there are; one without leaves those that stand, unless it is to be `bare`.
 */
export function payload({ markdown, controls, files = [] }: Content, place: Place, bare = false) {
  const components = toComponents(controls, place.thread);
  const attached = files.length > 0 ? { files: toAttachments(files) } : bare ? { attachments: [] } : {};
  return { content: markdown, components, ...attached };
}
