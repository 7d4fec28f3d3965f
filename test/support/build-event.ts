import {
  type Author,
  type CommandEvent,
  channelId,
  eventId,
  type MessageEvent,
  messageId,
  type Place,
  serverId,
  threadId,
  userId,
} from "../../src/port/index.ts";

export const ada: Author = { id: userId("u-ada"), name: "Ada" };
export const bob: Author = { id: userId("u-bob"), name: "Bob" };

export function placeOf(rest: Partial<Place> = {}): Place {
  return {
    kind: "thread",
    thread: threadId("test:thread"),
    channel: channelId("test:channel"),
    channelName: "general",
    server: serverId("test:server"),
    serverName: "Test Guild",
    bot: "Parley",
    authority: ["thread"],
    ...rest,
  };
}

/** A conversation between one person and the bot; there is no server. */
export function directPlace(rest: Partial<Place> = {}): Place {
  const { server: _, serverName: __, channelName: ___, ...place } = placeOf();
  return { ...place, kind: "direct", ...rest };
}

let count = 0;

export function messageOf(text: string, rest: Partial<MessageEvent> = {}): MessageEvent {
  const id = ++count;
  return {
    kind: "message",
    id: eventId(`e${id}`),
    place: placeOf(),
    message: messageId(`q${id}`),
    author: ada,
    text,
    attachments: [],
    sentAt: Date.UTC(2026, 0, 15, 12),
    via: "mention",
    ...rest,
  };
}

export function commandOf(name: string, rest: Partial<CommandEvent> = {}): CommandEvent {
  return { kind: "command", id: eventId(`e${++count}`), place: placeOf(), author: ada, name, options: {}, ...rest };
}
