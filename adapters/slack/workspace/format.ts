import type { types } from "@slack/bolt";
import {
  type Content,
  type Control,
  type Limits,
  type Place,
  type RateLimit,
  type ThreadId,
  threadId,
  truncate,
  unaddressed,
  userId,
} from "../../../src/port/index.ts";

/** Names behind the ids in a message, as far as they are known. */
export type Names = {
  readonly user: (id: string) => string | undefined;
  readonly channel: (id: string) => string | undefined;
};

/**
 * A message's text as a reader sees it: ids become names, links what was typed, and the three escaped signs themselves. A mention
 * of the bot at either end was only the address and goes; in mid-sentence it is a word and stays.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function toText(text: string, botUserId: string, names: Names): string {
  const own = `<@${botUserId}>`;
  const unlabelled = text.replace(/<@(\w+)\|[^<>]*>/g, (mention, id: string) => (id === botUserId ? own : mention));
  const plain = unaddressed(unlabelled, [own])
    .replace(/<([^<>]+)>/g, (entity, inner: string) => toName(inner, names) ?? entity)
    .replace(/&(lt|gt|amp);/g, (_, name: string) => signs.get(name) ?? "");
  return armed(plain).trim();
}

const signs: ReadonlyMap<string, string> = new Map(Object.entries({ lt: "<", gt: ">", amp: "&" }));

/** What stands between angle brackets: `@U1|ann`, `#C1|general`, `!here`, `!subteam^S1|@crew`, `https://a.b|a.b`. */
function toName(entity: string, names: Names): string | undefined {
  const [, sign, id = "", label] = /^([@#!]?)([^|]*)(?:\|(.*))?$/s.exec(entity) ?? [];
  switch (sign) {
    case "@":
      return named("@", names.user(id) ?? label, id);
    case "#":
      return named("#", label || names.channel(id), id); // Slack often leaves the label empty
    case "!":
      return toCall(id, label);
    case "":
      return toLink(id, label);
    default:
      return undefined;
  }
}

const named = (sign: string, name: string | undefined, id: string): string => sign + (name || id);

/** `!here`, `!subteam^S1|@crew`, `!date^1392734382^{date}|Feb 18`. */
function toCall(id: string, label: string | undefined): string {
  const [kind = "", which = kind] = id.split("^");
  return /^(channel|here|everyone|group)$/.test(kind) ? `@${kind}` : label || `@${which}`;
}

/** Slack turns what looks like an address into a link, labelled with what was typed. */
function toLink(url: string, label: string | undefined): string {
  const typed = url.replace(/^(?:https?:\/\/|mailto:|tel:)/, "");
  if (label === undefined) return url;
  return label === url || label === typed || `${label}/` === typed ? label : `[${label}](${url})`;
}

/** The ids of the people who are named in a text, and of the channels whose names do not stand beside them. */
export function mentionedIn(text: string): {
  readonly people: readonly string[];
  readonly channels: readonly string[];
} {
  const idsOf = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, id]) => id ?? ""))];
  return { people: idsOf(/<@([UW][A-Z0-9]+)/g), channels: idsOf(/<#([CG][A-Z0-9]+)\|?>/g) };
}

/**
 * A ping is disarmed by an invisible sign behind its bracket, which leaves it readable in prose and in code alike. Ids are longer
 * than `@T`, so that generics stay as they are.
 */
const disarming = "\u2060";
const ping = /<(?=!(?:channel|here|everyone|group|subteam)\b|@[UWB][A-Z0-9]{2})/gi;
const pingBegun = /<(?:[!@][\w^|.-]{0,40})?$/;

/** The model's Markdown, in which nothing can ping anybody. At most a fifth longer than the text. */
export function disarmed(markdown: string): string {
  return markdown.replace(ping, `<${disarming}`);
}

/** The text as the model wrote it. */
export const armed = (markdown: string): string => markdown.replaceAll(disarming, "");

/** How much of a growing text may be shown: what may yet become a ping has to wait for its next letters. */
export function certainLength(markdown: string): number {
  return pingBegun.exec(markdown)?.index ?? markdown.length;
}

/** For notifications and screen readers; `chat.update` takes 4,000 characters there, and an escaped sign may have five. */
export const longestFallback = 800;

/** Links get no previews: a reply is text, and previews would push it apart. */
export const noPreviews = { unfurl_links: false, unfurl_media: false };

/** What stands in a message: its Markdown, which Slack draws itself, and the controls below. */
export function payload({ markdown, controls }: Pick<Content, "markdown" | "controls">, place: Place) {
  const shown = disarmed(markdown);
  const text: types.MarkdownBlock = { type: "markdown", text: shown };
  return { blocks: [text, ...toBlocks(controls, place.thread)], text: escaped(truncate(shown, longestFallback)) };
}

/** Slack takes 3,000 UTF-16 units in a section; a character may have two. */
const longestSection = /[\s\S]{1,1400}(?:\n|\s|$)|[\s\S]{1,1400}/gu;

/** The same words without any markup to be drawn, for where Slack refuses to draw it (a second table, a table too large). */
export function plainPayload({ markdown, controls }: Pick<Content, "markdown" | "controls">, place: Place) {
  const shown = disarmed(markdown);
  const texts = (shown.match(longestSection) ?? []).filter((text) => text.trim() !== ""); // Slack refuses an empty section
  const sections: types.SectionBlock[] = texts.map((text) => ({
    type: "section",
    text: { type: "plain_text", text, emoji: false },
    expand: true,
  }));
  return {
    blocks: [...sections, ...toBlocks(controls, place.thread)],
    text: escaped(truncate(shown, longestFallback)),
  };
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** Controls as a row of buttons. The button names its conversation, because it may stand in another place. */
export function toBlocks(controls: readonly Control[], thread: ThreadId): types.ActionsBlock[] {
  if (controls.length === 0) return [];
  const elements = controls.map(({ command, label, only }) => ({
    type: "button" as const,
    text: { type: "plain_text" as const, text: label },
    action_id: command,
    value: [thread, only].filter(Boolean).join(" "),
  }));
  return [{ type: "actions", block_id: "controls", elements }];
}

export type Pressed = Pick<Control, "only"> & { readonly thread: ThreadId };

/** The conversation that a button of ours names, and whose press counts; undefined for any other. */
export function fromValue(value: string | undefined): Pressed | undefined {
  const [, thread, only] = /^(slack:[A-Z0-9]+:[A-Z0-9]+:[\d.]*)(?: (slack:[A-Z0-9]+))?$/.exec(value ?? "") ?? [];
  if (thread === undefined) return undefined;
  return { thread: threadId(thread), ...(only === undefined ? {} : { only: userId(only) }) };
}

/** A minute, and a little, since calls do not all travel equally fast. */
const minuteMs = 61_000;

/**
 * A markdown block takes 12,000 characters, and disarming may lengthen a text by a fifth. `chat.update` can be called 50 times a
 * minute, by all replies of a workspace together, and `chat.postMessage` about once a second in a channel, and some hundred
 * times a minute in a workspace: Slack gives no number, and 300 are far beyond what people read.
 * https://docs.slack.dev/apis/web-api/rate-limits
 */
export const limitsFor = (team: string, channel: string): Limits => ({
  maxLength: 10_000,
  dialect: { tables: "native", headings: 6, math: "code" },
  bucket: `slack:${team}:update`,
  count: 50,
  periodMs: minuteMs,
  posts: {
    bucket: `slack:${team}:${channel}:post`,
    count: 3,
    periodMs: 3_050,
    within: { bucket: `slack:${team}:post`, count: 300, periodMs: minuteMs },
  },
  cursor: " ▌",
});

/** `chat.appendStream` can be called 100 times a minute. */
export const appendPaceFor = (team: string): RateLimit => ({
  bucket: `slack:${team}:append`,
  count: 100,
  periodMs: minuteMs,
});
