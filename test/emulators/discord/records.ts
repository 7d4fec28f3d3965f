export type Json = Readonly<Record<string, unknown>>;

/** Lets the emulator's own code change a record that tests may only read. */
export type Live<T> = { -readonly [K in keyof T]: T[K] };

export type UserRecord = {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly bot: boolean;
  readonly webhook: boolean;
  readonly permissions: bigint;
  readonly roleIds: readonly string[];
};

export type RoleRecord = {
  readonly id: string;
  readonly name: string;
  readonly permissions: bigint;
  readonly managed: boolean;
};

export type ChannelRecord = {
  readonly id: string;
  readonly name: string;
  readonly type: number;
  readonly createdAt: number;
  /** Permission bits an overwrite takes from the bot here; a thread has its parent's. */
  readonly deny: bigint;
  readonly parentId?: string;
  readonly ownerId?: string;
  /** The person at the other end of a direct-message channel. */
  readonly recipientId?: string;
  readonly archived: boolean;
  readonly locked: boolean;
  readonly joined: boolean;
};

export type FileRecord = {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly content: Uint8Array;
};

/** Who a text notifies, after `allowed_mentions`. */
export type Pings = {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly everyone: boolean;
};

/** One state a message was seen in; `at` is on the `performance.now` scale. */
export type MessageState = {
  readonly at: number;
  readonly content: string;
  readonly components: readonly Json[];
  readonly embeds: readonly Json[];
  readonly flags: number;
  readonly pings: Pings;
  /** The names of its files. */
  readonly files: readonly string[];
};

export type MessageRecord = {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly type: number;
  readonly flags: number;
  readonly content: string;
  readonly components: readonly Json[];
  readonly embeds: readonly Json[];
  readonly files: readonly FileRecord[];
  readonly pings: Pings;
  readonly reactions: readonly string[];
  /** Every state the message ever had, the first included. */
  readonly states: readonly MessageState[];
  readonly createdAt: number;
  readonly editedAt?: number;
  readonly deletedAt?: number;
  readonly nonce?: string;
  readonly replyTo?: string;
  readonly replyPings: boolean;
  readonly threadId?: string;
  readonly interactionId?: string;
};

export type InteractionRecord = {
  readonly id: string;
  readonly token: string;
  /** 2 command, 3 component, 4 autocomplete, 5 modal submit. */
  readonly type: number;
  /** The command's name, or the custom id of a component or modal. */
  readonly name: string;
  readonly channelId: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly ackAt?: number;
  readonly responseType?: number;
  readonly ephemeral: boolean;
  readonly choices?: readonly Json[];
  readonly modal?: Json;
  /** The message that carries the pressed component. */
  readonly sourceId?: string;
  /** What `@original` means, once answered. */
  readonly originalId?: string;
  /** The reply and the follow-ups, in order; ephemeral ones stand only here. */
  readonly messages: readonly MessageRecord[];
};

export type RequestRecord = {
  readonly method: string;
  readonly path: string;
  /** The path with its parameters named, as in `/channels/:channel/messages`. */
  readonly route: string;
  readonly query: string;
  readonly body: unknown;
  readonly at: number;
  /** Undefined while unanswered, 0 where the connection was reset instead. */
  readonly status?: number;
};

export type RateLimitedRecord = {
  readonly method: string;
  readonly route: string;
  readonly at: number;
  readonly retryAfterMs: number;
  readonly global: boolean;
};
