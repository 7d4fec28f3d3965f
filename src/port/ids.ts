/** A string that cannot be passed where another kind of id is wanted. */
type Branded<Name extends string> = string & { readonly __id: Name };

/** One conversation's memory. Starts with the platform's name, so that two platforms never collide. */
export type ThreadId = Branded<"thread">;
/** A place that holds threads: a channel, a direct message channel. */
export type ChannelId = Branded<"channel">;
/** A guild, a workspace. */
export type ServerId = Branded<"server">;
export type UserId = Branded<"user">;
/** A message as its own platform names it; only the adapter that made it can use it. */
export type MessageId = Branded<"message">;
/** Equal for two deliveries of the same thing, different for different things. */
export type EventId = Branded<"event">;

export const threadId = (text: string): ThreadId => text as ThreadId;
export const channelId = (text: string): ChannelId => text as ChannelId;
export const serverId = (text: string): ServerId => text as ServerId;
export const userId = (text: string): UserId => text as UserId;
export const messageId = (text: string): MessageId => text as MessageId;
export const eventId = (text: string): EventId => text as EventId;
