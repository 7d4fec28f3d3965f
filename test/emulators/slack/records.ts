export type Json = Readonly<Record<string, unknown>>;

/** Lets the emulator's own code change a record that tests may only read. */
export type Live<T> = { -readonly [K in keyof T]: T[K] };

export type TeamRecord = { readonly id: string; readonly name: string; readonly domain: string };

export type UserRecord = {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly displayName: string;
  readonly realName: string;
  readonly bot: boolean;
  /** Of a bot: what its messages carry as `bot_id`. */
  readonly botId?: string;
  readonly admin: boolean;
  readonly owner: boolean;
  readonly guest: boolean;
};

export type ChannelKind = "channel" | "private" | "im" | "mpim";

export type ChannelRecord = {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly teamId: string;
  /** Whether the bot is a member. */
  readonly joined: boolean;
  readonly archived: boolean;
  /** Shared with other workspaces through Slack Connect. */
  readonly shared: boolean;
  readonly creatorId?: string;
  /** The people of an im or mpim; everybody is in the other kinds. */
  readonly userIds: readonly string[];
};

export type FileRecord = {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly content: Uint8Array;
  readonly size: number;
  /** Who fetched it, and whether they got more than the login page. */
  readonly asked: readonly { readonly token: string | undefined; readonly allowed: boolean; readonly at: number }[];
};

/** Whom a text notifies: ids of users and groups, and of `channel`, `here`, `everyone` those that are live. */
export type Pings = {
  readonly users: readonly string[];
  readonly channels: readonly string[];
  readonly groups: readonly string[];
};

export type ButtonRecord = { readonly actionId: string; readonly value: string; readonly text: string };

export type MessageState = {
  readonly at: number;
  readonly text: string;
  readonly how: "post" | "update" | "start" | "append" | "stop" | "edit";
  readonly buttons: readonly ButtonRecord[];
  readonly pings: Pings;
};

export type MessageRecord = {
  readonly ts: string;
  readonly channelId: string;
  readonly threadTs?: string;
  readonly userId: string;
  readonly botId?: string;
  readonly appId?: string;
  /** What a reader sees, entities decoded; where there are blocks, theirs, because Slack then hides the text. */
  readonly text: string;
  /** The text as it travels, with Slack's entities. */
  readonly source: string;
  readonly markdown?: string;
  readonly blocks: readonly Json[];
  /** The last state of every task a stream has shown. */
  readonly tasks: readonly Json[];
  readonly files: readonly FileRecord[];
  readonly subtype?: string;
  readonly broadcast: boolean;
  readonly reactions: readonly string[];
  readonly streaming: boolean;
  readonly deleted: boolean;
  readonly edited?: { readonly user: string; readonly ts: string };
  /** Every state the message ever had, the first included; `at` is on the `performance.now` scale. */
  readonly states: readonly MessageState[];
  readonly buttons: readonly ButtonRecord[];
};

export type EphemeralRecord = {
  readonly ts: string;
  readonly text: string;
  readonly user: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly via: "chat.postEphemeral" | "response_url" | "ack";
  readonly at: number;
  readonly blocks: readonly Json[];
  readonly buttons: readonly ButtonRecord[];
  readonly deleted: boolean;
  readonly pings: Pings;
};

export type InteractionRecord = {
  readonly kind: "command" | "shortcut" | "press" | "submit";
  /** The command's name, or the id of the callback or action. */
  readonly name: string;
  readonly userId: string;
  readonly channelId?: string;
  readonly triggerId: string;
  readonly responseUrl?: string;
  readonly at: number;
  readonly ackedAt?: number;
  /** Not acknowledged in time: the person saw an error. */
  readonly timedOut: boolean;
  /** What the acknowledgement carried, such as `{response_action: "errors", errors}`. */
  readonly response?: unknown;
  /** What was posted to the response URL. */
  readonly responses: readonly Json[];
};

export type ViewRecord = {
  readonly id: string;
  readonly view: Json;
  readonly triggerId: string;
  readonly user: string;
  readonly teamId: string;
  readonly hash: string;
  readonly open: boolean;
  /** What the last submission was refused with, by block. */
  readonly errors: Json;
};

export type RequestRecord = {
  /** The Web API method, or `response_url`, or `files-pri`. */
  readonly method: string;
  readonly args: Json;
  readonly token: string | undefined;
  readonly at: number;
  /** Undefined while unanswered, 0 where the connection was cut instead. */
  readonly status?: number;
  readonly error?: string;
};

export type RateLimitedRecord = { readonly method: string; readonly at: number; readonly retryAfter: number };

export type DeliveryRecord = {
  readonly eventId?: string;
  /** The event's type, `slash_commands`, or the type of the interaction's payload. */
  readonly type: string;
  readonly at: number;
  readonly ackedAt?: number;
  /** 0 the first time. */
  readonly attempt: number;
  readonly status?: number;
  readonly response?: unknown;
};

export type StatusRecord = { readonly status: string; readonly at: number; readonly auto?: true };
export type PromptsRecord = {
  readonly channelId: string;
  readonly threadTs?: string;
  readonly title?: string;
  readonly prompts: readonly Json[];
  readonly at: number;
};
