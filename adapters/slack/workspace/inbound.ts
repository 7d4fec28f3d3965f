import {
  type Attachment,
  type Author,
  channelId,
  type EventId,
  eventId,
  longestQuote,
  type MessageEvent,
  messageId,
  type Place,
  type Quote,
  type Scope,
  sentences,
  serverId,
  type ThreadId,
  threadId,
  truncate,
  userId,
} from "../../../src/port/index.ts";
import { type Block, blockText } from "./blocks.ts";
import { armed, type Names, toText } from "./format.ts";
import type { Channel, Person } from "./lookups.ts";

const said = sentences.slack;

/** What the bot reads of a message, be it heard, read back, or pointed at by a shortcut. */
export type SlackMessage = {
  readonly ts: string;
  readonly channel: string;
  readonly channel_type?: string;
  readonly thread_ts?: string;
  readonly subtype?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly username?: string;
  readonly app_id?: string;
  readonly bot_profile?: unknown;
  readonly text?: string;
  readonly files?: readonly SlackFile[];
  readonly attachments?: readonly Attached[];
  readonly blocks?: readonly Block[];
  readonly edited?: { readonly ts?: string };
};

export type SlackFile = {
  readonly id?: string;
  /** `tombstone` where the file was deleted. */
  readonly mode?: string;
  readonly name?: string | null;
  readonly title?: string | null;
  readonly mimetype?: string;
  readonly size?: number;
  readonly url_private?: string;
  readonly url_private_download?: string;
};

/** A message that was shared into another, a link's preview, or a part of what an app says. */
export type Attached = {
  readonly is_share?: boolean;
  readonly is_msg_unfurl?: boolean;
  readonly author_id?: string;
  readonly author_name?: string;
  /** Of a preview: the link. */
  readonly from_url?: string;
  readonly pretext?: string;
  readonly title?: string;
  readonly text?: string;
  readonly fallback?: string;
};

/** Where and by whom something was said, as far as Slack told. */
export type MessageContext = {
  readonly team: string;
  readonly teamName: string | undefined;
  readonly bot: string;
  readonly botUserId: string;
  readonly person: Person;
  readonly channel: Channel;
  readonly names: Names;
};

/** Kinds of messages in which a person says something. https://docs.slack.dev/reference/events/message */
export const spoken: readonly (string | undefined)[] = [undefined, "file_share", "thread_broadcast", "me_message"];

/** False for what bots say, the bot itself among them, and for what Slack only reports (joins, edits, deletes). */
export function isSaid(message: SlackMessage, botUserId: string): boolean {
  const { subtype, user, bot_id: bot } = message;
  if (bot !== undefined || user === undefined || user === botUserId || user === "USLACKBOT") return false;
  return spoken.includes(subtype);
}

/** Not all bots say that they are; these signs no person's words bear. */
export const looksLikeBots = ({ app_id: app, bot_profile: profile, username }: SlackMessage): boolean =>
  app !== undefined || profile !== undefined || username !== undefined;

/** Said to nobody in particular, outside of threads: what the core will neither answer nor keep. */
export const isChatter = ({ channel, thread_ts: root, text = "" }: SlackMessage, botUserId: string): boolean =>
  root === undefined && !isDirect(channel) && !text.includes(`<@${botUserId}`);

/** True also for what bots say: words that a reader of the thread has before them. */
export const isWords = ({ subtype }: Pick<SlackMessage, "subtype">): boolean =>
  spoken.includes(subtype) || subtype === "bot_message";

/** Slack delivers a mention twice, as `app_mention` and as `message`: with one `ts`, which makes it one event. */
export const toEventId = (team: string, channel: string, ts: string): EventId =>
  eventId(`slack:${team}:${channel}:${ts}`);

export const toThreadId = (team: string, channel: string, root: string): ThreadId =>
  threadId(`slack:${team}:${channel}:${root}`);

/** What somebody said, to the core. */
export function toMessageEvent(message: SlackMessage, setting: MessageContext): MessageEvent {
  const via = viaOf(message, setting);
  const quote = toQuote(message, setting);
  return {
    kind: "message",
    id: toEventId(setting.team, message.channel, message.ts),
    place: toPlace(message, via, setting),
    message: messageId(message.ts),
    author: toAuthor(setting.person),
    text: textOf(message, setting),
    ...(quote === undefined ? {} : { quote }),
    attachments: attachmentsOf(message),
    sentAt: toTime(message.ts),
    via,
  };
}

function viaOf(message: SlackMessage, { botUserId }: MessageContext): MessageEvent["via"] {
  if (isDirect(message.channel)) return "direct";
  const { text = "" } = message;
  const isNamed = text.includes(`<@${botUserId}>`) || text.includes(`<@${botUserId}|`);
  return isNamed ? "mention" : "ambient";
}

/** A direct message with one person; one with several is a channel like any other. */
export const isDirect = (channel: string): boolean => channel.startsWith("D");

/** An answer always stands in a thread: in that of the message, or in one that hangs on it. So it is, too, in direct messages. */
export const rootOf = ({ ts, thread_ts: root }: Pick<SlackMessage, "ts" | "thread_ts">): string => root ?? ts;

function toPlace(message: SlackMessage, via: MessageEvent["via"], setting: MessageContext): Place {
  const inThread = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  const kind = via === "direct" ? "direct" : inThread ? "thread" : via === "mention" ? "new-thread" : "channel";
  const place = placeOf(message.channel, toThreadId(setting.team, message.channel, rootOf(message)), setting);
  // Slack refuses commands inside threads.
  if (inThread) return { ...place, kind };
  return { ...place, kind, commandPrefix, ...(kind === "direct" ? { isInbox: true } : {}) };
}

export const commandPrefix = "/parley ";

/** A place whose kind is yet to be told. */
export function placeOf(channel: string, thread: ThreadId, setting: MessageContext): Omit<Place, "kind"> {
  const { team, teamName, bot } = setting;
  return {
    thread,
    channel: channelId(`slack:${team}:${channel}`),
    ...(isDirect(channel) || setting.channel.name === undefined ? {} : { channelName: setting.channel.name }),
    server: serverId(`slack:${team}`),
    ...(teamName === undefined ? {} : { serverName: teamName }),
    serverNoun: "workspace",
    idsPerServer: true,
    bot,
    authority: toAuthority(channel, setting),
    ...toUnverified(setting),
    whoMay: said.whoMay,
  };
}

/** Threads and direct conversations belong to the people in them, a channel to who made it, a workspace to its admins. */
function toAuthority(channel: string, { person, channel: { creator, isGroup } }: MessageContext): readonly Scope[] {
  if (person.isStranger) return ["thread"];
  if (person.isAdmin) return ["thread", "channel", "server"];
  return isDirect(channel) || isGroup || creator === person.id ? ["thread", "channel"] : ["thread"];
}

/** What they might be allowed, if Slack could be asked. */
function toUnverified({ person, channel }: MessageContext): Pick<Place, "unverified"> {
  if (person.isUnverified) return { unverified: { scopes: ["channel", "server"], by: "Slack" } };
  if (person.isStranger || !channel.isUnverified) return {};
  return { unverified: { scopes: ["channel"], by: "Slack" } };
}

export function toAuthor({ id, name, isStranger, isUnverified }: Person): Author {
  // Shortened before, because a long name must not push the mark out of the prompt.
  const mark = ` ${isUnverified ? said.unverified : said.fromElsewhere}`;
  return { id: userId(`slack:${id}`), name: isStranger ? truncate(name, 40) + mark : name };
}

/** The `text` of what the bot itself wrote is only a beginning; the whole stands in its blocks, which Slack may have translated. */
export function textOf(message: SlackMessage, context: Pick<MessageContext, "botUserId" | "names">): string {
  const { botUserId, names } = context;
  const { text = "", blocks = [], attachments = [] } = message;
  const markdown = blocks.flatMap((block) =>
    block.type === "markdown" && typeof block.text === "string" ? [block.text] : [],
  );
  if (markdown.length > 0) return armed(markdown.join("\n\n"));
  const translated = message.user === botUserId ? blocks.map(blockText).filter(Boolean) : [];
  if (translated.length > 0) return armed(translated.join("\n\n"));
  const said = text === "" ? blocks.map(blockText) : [text];
  return toText([...said, ...attachments.map(attachedText)].filter(Boolean).join("\n"), botUserId, names);
}

/** Shared messages are quotes, and previews of links are nobody's words. */
function attachedText({ pretext, title, text, fallback, ...attached }: Attached): string {
  if (isShared(attached) || attached.from_url !== undefined) return "";
  return [pretext, title, text].filter(Boolean).join("\n") || (fallback ?? "");
}

/** Slack adds it by itself, and takes it away. */
export const isPreview = ({ from_url: link, is_msg_unfurl: unfurled }: Attached): boolean =>
  link !== undefined || unfurled === true;

const isShared = ({ is_share: shared, is_msg_unfurl: unfurled }: Attached): boolean =>
  shared === true || unfurled === true;

export function attachmentsOf({ files = [] }: SlackMessage): readonly Attachment[] {
  const standing = files.filter(({ mode }) => mode !== "tombstone");
  return standing.map((file) => ({
    name: file.name ?? file.title ?? "file",
    mediaType: file.mimetype ?? "application/octet-stream",
    bytes: file.size ?? 0,
    url: file.url_private_download ?? file.url_private ?? "",
  }));
}

/** A message that this one shares. */
function toQuote({ attachments = [] }: SlackMessage, setting: MessageContext): Quote | undefined {
  const shared = attachments.find(isShared);
  const text = toText(shared?.text ?? "", setting.botUserId, setting.names);
  if (shared === undefined || text === "") return undefined;
  return {
    author: shared.author_name ?? said.aSharedMessage,
    ...(shared.author_id === undefined ? {} : { id: userId(`slack:${shared.author_id}`) }),
    text: truncate(text, longestQuote),
    own: shared.author_id === setting.botUserId,
  };
}

/** The message that a shortcut points at; where it only shares another without a word, that one. */
export function quoteOf(message: SlackMessage, author: string, setting: MessageContext): Quote | undefined {
  const text = truncate(textOf(message, setting), longestQuote);
  const id = message.user === undefined ? {} : { id: userId(`slack:${message.user}`) };
  return text === "" ? toQuote(message, setting) : { author, ...id, text, own: message.user === setting.botUserId };
}

/** A `ts` is a time in seconds, to the microsecond, that is unique in its channel. */
export const toTime = (ts: string): number => Math.round(Number(ts) * 1_000);
