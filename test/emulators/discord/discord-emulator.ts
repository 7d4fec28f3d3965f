import type { AddressInfo } from "node:net";
import { type Clock, steadyClock } from "../../../src/runtime/clock.ts";
import { patienceMs, until } from "../until.ts";
import { isThread } from "./channel-types.ts";
import { dump } from "./dump.ts";
import type { Failure } from "./failures.ts";
import { createGateway } from "./gateway.ts";
import { messagesIn } from "./messages.ts";
import { messageType } from "./numbers.ts";
import { createPeople, idOf, type People, type Ref } from "./people.ts";
import { createInteractions, type Interactions } from "./people-interactions.ts";
import { addChannel, addUser, type ChannelWish, type UserWish } from "./places.ts";
import type { Rates } from "./rate-limits.ts";
import type {
  ChannelRecord,
  InteractionRecord,
  Json,
  MessageRecord,
  RateLimitedRecord,
  RequestRecord,
  UserRecord,
} from "./records.ts";
import { createRest } from "./rest.ts";
import { createWorld, directChannel } from "./world.ts";

export type DiscordOptions = {
  /** What its limits and its records go by. */
  readonly clock?: Pick<Clock, "now">;
  /** How long every REST round trip takes; a request has its effect after half of it. */
  readonly latencyMs?: number;
  /** Whether the portal allows the MessageContent intent; asking for it otherwise closes with 4014. */
  readonly messageContent?: boolean;
  readonly token?: string;
  /** How long an interaction can be answered, 15 minutes at Discord. */
  readonly tokenLifeMs?: number;
  /** How long a nonce is remembered; Discord says "the past few minutes". */
  readonly nonceLifeMs?: number;
  /** Limits other than the usual ones. */
  readonly rates?: Rates;
};

export type Discord = People &
  Interactions & {
    /** For discord.js's `rest.api`, which adds the version. */
    readonly apiUrl: string;
    readonly token: string;
    readonly botId: string;
    readonly applicationId: string;
    /** The role Discord makes for the bot; people mention it by mistake. */
    readonly botRoleId: string;
    readonly guild: { readonly id: string; readonly name: string; readonly ownerId: string };
    readonly channel: ChannelRecord;
    /** Who acts where a test names nobody. */
    readonly someone: UserRecord;
    addChannel(wish?: ChannelWish): ChannelRecord;
    addUser(name: string, wish?: UserWish): UserRecord;
    /** The direct-message channel with a person. */
    direct(user: Ref): ChannelRecord;

    /** What people read in a channel now, oldest first; `all` adds deleted messages and system notices. */
    messages(channel: Ref, which?: { readonly all?: boolean }): readonly MessageRecord[];
    message(message: Ref): MessageRecord | undefined;
    threads(channel: Ref): readonly ChannelRecord[];
    thread(thread: Ref): ChannelRecord | undefined;
    interaction(interaction: Ref): InteractionRecord | undefined;
    typing(channel: Ref): readonly number[];
    readonly commands: readonly Json[];
    readonly requests: readonly RequestRecord[];
    readonly rateLimited: readonly RateLimitedRecord[];
    /** Requests the official document or a limit refuses, and unknown routes. Empty, or the bot is wrong. */
    readonly problems: readonly string[];

    readonly gateway: { readonly identifies: number; readonly resumes: number; readonly heartbeats: number };
    ready(timeoutMs?: number): Promise<void>;
    until(predicate: () => boolean, timeoutMs?: number): Promise<void>;
    fail(failure: Failure): void;
    /** Cuts the sockets; with `forget` the session is lost too and RESUME gets opcode 9. */
    dropGateway(how?: { readonly forget?: boolean }): void;
    closeGateway(code: number): void;
    /** Sends opcode 7. */
    askReconnect(): void;
    stop(): Promise<void>;
  };

/** Starts a Discord of one guild and one bot on a free port of this machine, for the real discord.js to talk to. */
export async function startDiscord(options: DiscordOptions = {}): Promise<Discord> {
  const { latencyMs = 0, messageContent = true, token = "test-token", rates = {} } = options;
  const { clock = steadyClock, tokenLifeMs = 15 * 60_000, nonceLifeMs = 5 * 60_000 } = options;
  const world = createWorld({ clock, token, messageContent, tokenLifeMs, nonceLifeMs, rates });
  const rest = createRest(world, latencyMs);
  const gateway = createGateway(world, rest.server, { url: () => world.origin.replace("http", "ws") });
  await new Promise<void>((resolve) => rest.server.listen(0, "127.0.0.1", resolve));
  world.origin = `http://127.0.0.1:${(rest.server.address() as AddressInfo).port}`;
  const someone = addUser(world, "sam", { displayName: "Sam" });
  const channel = addChannel(world, {});

  const watched = { changes: world.changes, dump: () => dump(world) };
  return {
    ...createPeople(world, someone),
    ...createInteractions(world, someone),
    apiUrl: `${world.origin}/api`,
    token,
    botId: world.botId,
    applicationId: world.applicationId,
    botRoleId: world.botRoleId,
    guild: world.guild,
    channel,
    someone,
    addChannel: (wish = {}) => addChannel(world, wish),
    addUser: (name, wish = {}) => addUser(world, name, wish),
    direct: (user) => directChannel(world, idOf(user)),
    messages(place, { all = false } = {}) {
      if (all) return [...world.messages.values()].filter((message) => message.channelId === idOf(place));
      return messagesIn(world, idOf(place)).filter((message) => spoken.includes(message.type));
    },
    message: (ref) => world.messages.get(idOf(ref)),
    threads: (parent) =>
      [...world.channels.values()].filter((known) => isThread(known) && known.parentId === idOf(parent)),
    thread: (ref) => world.channels.get(idOf(ref)),
    interaction: (ref) => world.interactions.get(idOf(ref)),
    typing: (place) => world.typing.filter((typed) => typed.channelId === idOf(place)).map((typed) => typed.at),
    commands: world.commands,
    requests: world.requests,
    rateLimited: world.rateLimited,
    problems: world.problems,
    gateway: gateway.counts,
    ready: (timeoutMs = patienceMs) => until(watched, gateway.connected, timeoutMs),
    until: (predicate, timeoutMs = patienceMs) => until(watched, predicate, timeoutMs),
    fail: rest.failures.add,
    dropGateway: ({ forget = false } = {}) => gateway.drop(forget),
    closeGateway: gateway.close,
    askReconnect: gateway.reconnect,
    async stop() {
      gateway.stop();
      rest.server.closeAllConnections();
      await new Promise((resolve) => rest.server.close(resolve));
    },
  };
}

const spoken: readonly number[] = [
  messageType.default,
  messageType.reply,
  messageType.slashCommand,
  messageType.contextMenu,
];
