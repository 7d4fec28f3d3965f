import { publish } from "./events.ts";
import { type FileWish, toFile } from "./files.ts";
import { publishMessage, publishPreview } from "./message-events.ts";
import { editMessage, type NewMessage, removeMessage, storeMessage } from "./messages.ts";
import { addUser, direct } from "./places.ts";
import type { MessageRecord, UserRecord } from "./records.ts";
import { channelAt, keyOf, messageAt, type Ref, userAt } from "./refs.ts";
import { endStream, liveStreams } from "./streams.ts";
import type { Team, World } from "./world.ts";

export type Said = {
  readonly in: Ref;
  readonly by?: Ref;
  /** With Slack's entities, as it travels: `<@U…>` for mentions, `&lt;` for less-than. */
  readonly text: string;
  /** The root's timestamp. */
  readonly thread?: Ref;
  readonly subtype?: string;
  readonly files?: readonly FileWish[];
  /** Said by another app's bot; `by` may name one. */
  readonly asBot?: boolean;
  /** Said by a bot whose message does not say so. */
  readonly unmarked?: true;
  /** Stored, but nobody is told. */
  readonly silent?: true;
  /** A reply that stands in the channel too. */
  readonly broadcast?: true;
};

export type People = {
  say(said: Said): MessageRecord;
  /** A person edits what they said. */
  edit(message: Ref, text: string): void;
  /** A person or an admin removes a message, the bot's too. */
  delete(message: Ref): void;
  /** Slack shows a page's preview below a message: it changes, and nobody edited it. */
  preview(message: Ref): void;
  /** Opens the app's own place. */
  openTab(user: Ref, tab?: "messages" | "home"): void;
  /** Presses the stop button of the agent's session. */
  stopSession(use: { readonly channel: Ref; readonly thread: Ref; readonly by?: Ref }): void;
  /** Sends a message's events once more, as Slack does when it believes they were lost. */
  redeliver(message: Ref): void;
};

/** What people do in the workspaces; `someone` acts where nobody is named. */
export function createPeople(world: World, someone: UserRecord): People {
  return {
    say(said) {
      const message = storeMessage(
        world,
        toMessage(world, said, speaker(world, said, userAt(world, said.by ?? someone))),
      );
      if (said.silent !== true) publishMessage(world, message);
      return message;
    },
    edit(ref, text) {
      const message = messageAt(world, ref);
      editMessage(world, message, { source: text, blocks: [], how: "edit", by: message.userId });
    },
    delete: (message) => removeMessage(world, messageAt(world, message)),
    preview: (message) => publishPreview(world, messageAt(world, message)),
    openTab(ref, tab = "messages") {
      const user = userAt(world, ref);
      const { id: channel, teamId } = direct(world, user.id);
      const event = { type: "app_home_opened", user: user.id, channel, tab, event_ts: world.ts() };
      publish(world, teamAt(world, teamId), { name: "app_home_opened", event });
    },
    stopSession(use) {
      const channel = channelAt(world, use.channel);
      const thread_ts = keyOf(use.thread);
      const inside = liveStreams(world).filter(
        (stream) => stream.channelId === channel.id && stream.threadTs === thread_ts,
      );
      for (const stream of inside) {
        world.stoppedByUser.add(stream.ts);
        endStream(world, stream);
      }
      const place = { channel: channel.id, user: userAt(world, use.by ?? someone).id, thread_ts };
      const streaming_message_ts = inside.map((stream) => stream.ts);
      const event = { type: "agent_session_stopped", ...place, streaming_message_ts, event_ts: world.ts() };
      publish(world, teamAt(world, channel.teamId), { name: "agent_session_stopped", event });
    },
    redeliver(message) {
      const parcels = world.sent.get(keyOf(message));
      if (parcels === undefined) throw new Error(`nothing was sent for ${keyOf(message)}`);
      for (const parcel of parcels) world.parcels.send({ ...parcel, attempt: 1, reason: "timeout" });
    },
  };
}

function teamAt(world: World, id: string): Team {
  const team = world.teams.get(id);
  if (team === undefined) throw new Error(`no workspace ${id}`);
  return team;
}

function toMessage(world: World, said: Said, by: UserRecord): NewMessage {
  const channel = channelAt(world, said.in);
  const threadTs = said.thread === undefined ? undefined : messageAt(world, said.thread).ts;
  const subtype = said.subtype ?? ownSubtype(said);
  return {
    channelId: channel.id,
    userId: by.id,
    source: said.text,
    blocks: [],
    files: (said.files ?? []).map((file) => toFile(world, file)),
    broadcast: subtype === "thread_broadcast",
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(subtype === undefined ? {} : { subtype }),
    ...(by.botId === undefined || said.unmarked === true ? {} : { botId: by.botId, appId: "A0OTHERAPP" }),
  };
}

/** Who speaks: where a person is to be a bot, another app's bot of the same workspace. */
function speaker(world: World, { asBot = false }: Said, by: UserRecord): UserRecord {
  if (!asBot || by.bot) return by;
  const known = [...world.users.values()].find(({ name, teamId }) => name === "feed" && teamId === by.teamId);
  return known ?? addUser(world, "feed", { bot: true, team: { id: by.teamId } });
}

function ownSubtype({ broadcast, files = [] }: Said): string | undefined {
  if (broadcast === true) return "thread_broadcast";
  return files.length > 0 ? "file_share" : undefined;
}
