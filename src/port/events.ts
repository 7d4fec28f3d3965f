import type { Control } from "./controls.ts";
import type { ChannelId, EventId, MessageId, ServerId, ThreadId, UserId } from "./ids.ts";

/** Everything an adapter can report to the core. */
export type BotEvent = PersonEvent | DeletedEvent;

/** What a person said or did where an answer can reach them. */
export type PersonEvent = MessageEvent | CommandEvent | EditedEvent;

/** Who speaks. The name is what people see; it may hold anything and is never trusted as markup. */
export type Author = {
  readonly id: UserId;
  readonly name: string;
};

/** How far a setting reaches. The narrower one wins. */
export type Scope = "thread" | "channel" | "server";

/** Where something was said, and where its conversation lives. */
export type Place = {
  /** `new-thread`: said in a channel, and a thread of its own will be started for the answer. */
  readonly kind: "direct" | "channel" | "thread" | "new-thread";
  readonly thread: ThreadId;
  readonly channel: ChannelId;
  readonly channelName?: string;
  readonly server?: ServerId;
  readonly serverName?: string;
  /** A person's id means them in this server alone, whose id then begins its threads' ids. */
  readonly idsPerServer?: true;
  /** What the platform's people call a server, if not that. */
  readonly serverNoun?: string;
  /** Said where direct conversations begin: each message there starts one of its own. */
  readonly isInbox?: true;
  /** The bot's own name here. */
  readonly bot: string;
  /** What stands before a command's name where commands are typed: "/", "/parley ". Missing where they cannot be used. */
  readonly commandPrefix?: string;
  /** Scopes whose persona and memory this person may change here. */
  readonly authority: readonly Scope[];
  /**
   * Scopes of which it is not known whether this person has them, because the platform with the name `by` could not be asked. `roles`:
   * nor is it known which roles they have.
   */
  readonly unverified?: { readonly scopes: readonly Scope[]; readonly by: string; readonly roles?: true };
  /** The roles that this person has here, by the platform's own ids, where there are such. */
  readonly roles?: readonly string[];
  /** Who has that authority on this platform, in words; if not said, who may manage the place. */
  readonly whoMay?: Readonly<Partial<Record<Scope, string>>>;
};

/** A file that came with a message. */
export type Attachment = {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly url: string;
  /** What it says, where it could be read. */
  readonly text?: string;
};

/** A message that the new one answers or points at. */
export type Quote = {
  readonly author: string;
  /** Who that is, where the platform tells. */
  readonly id?: UserId;
  readonly text: string;
  /** The bot wrote it itself. */
  readonly own: boolean;
};

/** A person said something where the bot can hear it. */
export type MessageEvent = {
  readonly kind: "message";
  readonly id: EventId;
  readonly place: Place;
  readonly message: MessageId;
  readonly author: Author;
  /** As typed: entities decoded, the mention of the bot removed. */
  readonly text: string;
  readonly quote?: Quote;
  readonly attachments: readonly Attachment[];
  /** So many files came with it beside these. */
  readonly moreFiles?: number;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** `direct`: said to the bot alone; `mention`: the bot was named; `ambient`: neither. */
  readonly via: "direct" | "mention" | "ambient";
  /** Asked through a command or a button: its text is a question and nothing else. */
  readonly viaCommand?: true;
  /** By which its adapter finds it again after a restart; missing where it cannot. Nobody else can read it. */
  readonly recallKey?: string;
  /** Markdown shown above the reply, where the question itself is not visible (a slash command's option). */
  readonly quotedQuestion?: string;
};

/**
 * A person changed what they had said: the message as it reads now, and as it would be heard if it were new. Previews, pins and
 * marks are no edits, and what bots change is not reported.
 */
export type EditedEvent = Omit<MessageEvent, "kind" | "viaCommand"> & {
  readonly kind: "edited";
  /** The id of the message's own event. */
  readonly of: EventId;
};

/** Somebody took messages away: a person their own, an admin anybody's. What the bot removes itself is not reported. */
export type DeletedEvent = {
  readonly kind: "deleted";
  readonly id: EventId;
  readonly messages: readonly MessageId[];
  /** Conversations that may hold them. */
  readonly threads: readonly ThreadId[];
};

/** A person used a command as the platform draws it. */
export type CommandEvent = {
  readonly kind: "command";
  readonly id: EventId;
  readonly place: Place;
  readonly author: Author;
  /** A name from the catalog, with a subcommand after a space: "persona set". */
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  /** Meant for every thread of the channel, because the platform takes commands only there. */
  readonly channelWide?: true;
  /** It was not typed: a button that an answer of this command brought along was pressed. */
  readonly button?: Control["command"];
};
