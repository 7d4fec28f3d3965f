import { randomBytes } from "node:crypto";
import type { Clock } from "../../../src/runtime/clock.ts";
import { createSignal, type Signal } from "../signal.ts";
import { channelType } from "./channel-types.ts";
import { botPermissions, memberPermissions } from "./permissions.ts";
import type { Rates } from "./rate-limits.ts";
import type {
  ChannelRecord,
  InteractionRecord,
  Json,
  Live,
  MessageRecord,
  RateLimitedRecord,
  RequestRecord,
  RoleRecord,
  UserRecord,
} from "./records.ts";
import { createSnowflakes } from "./snowflake.ts";

/** A dispatch; the payload depends on the intents of the session that gets it. */
export type GatewayEvent = {
  readonly type: string;
  readonly intent: number;
  payload(intents: number): Json;
};

/** Everything the emulated Discord knows. Plain state: the rules stand in the modules that change it. */
export type World = {
  readonly token: string;
  readonly messageContent: boolean;
  readonly tokenLifeMs: number;
  readonly nonceLifeMs: number;
  readonly rates: Rates;
  readonly botId: string;
  readonly applicationId: string;
  readonly botRoleId: string;
  readonly guild: { readonly id: string; readonly name: string; readonly ownerId: string };
  readonly users: Map<string, UserRecord>;
  readonly roles: Map<string, RoleRecord>;
  readonly channels: Map<string, Live<ChannelRecord>>;
  readonly messages: Map<string, Live<MessageRecord>>;
  readonly interactions: Map<string, Live<InteractionRecord>>;
  readonly commands: Json[];
  readonly typing: { readonly channelId: string; readonly at: number }[];
  readonly requests: Live<RequestRecord>[];
  readonly rateLimited: RateLimitedRecord[];
  readonly problems: string[];
  readonly events: Signal<GatewayEvent>;
  readonly changes: Signal<void>;
  /** The base of attachment links; known once the server listens. */
  origin: string;
  snowflake(): string;
  secret(): string;
  now(): number;
};

export type WorldOptions = {
  readonly token: string;
  readonly messageContent: boolean;
  readonly tokenLifeMs: number;
  readonly nonceLifeMs: number;
  readonly rates: Rates;
  readonly clock: Pick<Clock, "now">;
};

/** A guild with an owner, the bot and its managed role, and no channel yet. */
export function createWorld(options: WorldOptions): World {
  const snowflake = createSnowflakes();
  const [guildId, botId, applicationId, botRoleId, ownerId] = [0, 0, 0, 0, 0].map(snowflake) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const bot = {
    id: botId,
    name: "parley",
    displayName: "Parley",
    bot: true,
    webhook: false,
    permissions: botPermissions,
    roleIds: [botRoleId],
  };
  const owner = {
    id: ownerId,
    name: "olga",
    displayName: "Olga",
    bot: false,
    webhook: false,
    permissions: botPermissions,
    roleIds: [],
  };
  return {
    ...options,
    botId,
    applicationId,
    botRoleId,
    guild: { id: guildId, name: "Test guild", ownerId },
    users: new Map<string, UserRecord>([bot, owner].map((user) => [user.id, user])),
    roles: new Map<string, RoleRecord>([
      [guildId, { id: guildId, name: "@everyone", permissions: memberPermissions, managed: false }],
      [botRoleId, { id: botRoleId, name: "Parley", permissions: botPermissions, managed: true }],
    ]),
    channels: new Map(),
    messages: new Map(),
    interactions: new Map(),
    commands: [],
    typing: [],
    requests: [],
    rateLimited: [],
    problems: [],
    events: createSignal(),
    changes: createSignal(),
    origin: "",
    snowflake,
    secret: () => randomBytes(48).toString("base64url"),
    now: options.clock.now,
  };
}

export function createChannel(world: World, wanted: Partial<ChannelRecord>): Live<ChannelRecord> {
  const channel: Live<ChannelRecord> = {
    id: world.snowflake(),
    name: "general",
    type: channelType.text,
    createdAt: Date.now(),
    deny: 0n,
    archived: false,
    locked: false,
    joined: false,
    ...wanted,
  };
  world.channels.set(channel.id, channel);
  return channel;
}

/** The direct-message channel with a person; there is one for each. */
export function directChannel(world: World, userId: string): Live<ChannelRecord> {
  const known = [...world.channels.values()].find((channel) => channel.recipientId === userId);
  return known ?? createChannel(world, { name: "", type: channelType.dm, recipientId: userId });
}
