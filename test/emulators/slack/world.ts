import { randomBytes } from "node:crypto";
import { createSignal, type Signal } from "../signal.ts";
import { createClock, createIds } from "./ids.ts";
import type { Settings } from "./options.ts";
import type {
  ChannelRecord,
  DeliveryRecord,
  EphemeralRecord,
  FileRecord,
  InteractionRecord,
  Json,
  Live,
  MessageRecord,
  PromptsRecord,
  RateLimitedRecord,
  RequestRecord,
  StatusRecord,
  TeamRecord,
  UserRecord,
  ViewRecord,
} from "./records.ts";
import { createTimers, type Timers } from "./timers.ts";

export type Team = TeamRecord & {
  readonly botToken: string;
  readonly botUserId: string;
  readonly botId: string;
  installed: boolean;
};

export type Token = { readonly kind: "bot" | "app"; readonly teamId: string; dead?: string; expiresAt?: number };

/** Something for the bot, over whichever transport it listens on. */
export type Parcel = {
  readonly kind: "events_api" | "slash_commands" | "interactive";
  readonly type: string;
  readonly payload: Json;
  readonly eventId?: string;
  readonly attempt: number;
  readonly reason?: string;
  acknowledged(response: unknown): void;
  timedOut(): void;
};

export type ResponseUrl = {
  readonly interaction: Live<InteractionRecord>;
  readonly teamId: string;
  readonly channelId: string;
  readonly userId: string;
  readonly threadTs?: string;
  /** The message or ephemeral that `replace_original` means. */
  source?: string;
  uses: number;
};

export type Trigger = { readonly teamId: string; readonly userId: string; readonly at: number; used: boolean };

/** A call of one stream that has not been answered; `order` counts everything that arrives and leaves. */
export type StreamCalls = { open: number; answered: number };

/** Everything the emulated Slack knows. Plain state: the rules stand in the modules that change it. */
export type World = {
  readonly settings: Settings;
  readonly appId: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly teams: Map<string, Team>;
  readonly tokens: Map<string, Token>;
  readonly codes: Map<string, string>;
  readonly refreshTokens: Map<string, string>;
  readonly users: Map<string, UserRecord>;
  readonly channels: Map<string, Live<ChannelRecord>>;
  readonly messages: Map<string, Live<MessageRecord>>;
  readonly ephemerals: Live<EphemeralRecord>[];
  readonly interactions: InteractionRecord[];
  readonly triggers: Map<string, Trigger>;
  readonly responseUrls: Map<string, ResponseUrl>;
  readonly views: Live<ViewRecord>[];
  readonly stoppedByUser: Set<string>;
  readonly streamCalls: Map<string, StreamCalls>;
  readonly statuses: Map<string, StatusRecord[]>;
  readonly sessions: Map<string, StatusRecord[]>;
  readonly prompts: PromptsRecord[];
  readonly sent: Map<string, Parcel[]>;
  /** Files that were announced, by the address at which their content is posted. */
  readonly uploads: Map<string, Live<FileRecord>>;
  readonly requests: Live<RequestRecord>[];
  readonly rateLimited: RateLimitedRecord[];
  readonly deliveries: Live<DeliveryRecord>[];
  readonly problems: string[];
  readonly parcels: Signal<Parcel>;
  readonly changes: Signal<void>;
  readonly timers: Timers;
  /** The base of all addresses; known once the server listens. */
  origin: string;
  /** A new id that begins with the letter given, as Slack's do. */
  id(letter: string): string;
  ts(): string;
  /** One more for everything that arrives or leaves. */
  order(): number;
  secret(): string;
  now(): number;
};

/** A Slack without a workspace. */
export function createWorld(settings: Settings): World {
  const id = createIds();
  const appId = id("A");
  let order = 0;
  const secret = () => randomBytes(18).toString("hex");
  return {
    settings,
    appId,
    appToken: `xapp-1-${appId}-${secret()}`,
    signingSecret: secret(),
    clientId: `${id("").slice(1)}.${id("").slice(1)}`,
    clientSecret: secret(),
    teams: new Map(),
    tokens: new Map(),
    codes: new Map(),
    refreshTokens: new Map(),
    users: new Map(),
    channels: new Map(),
    messages: new Map(),
    ephemerals: [],
    interactions: [],
    triggers: new Map(),
    responseUrls: new Map(),
    views: [],
    stoppedByUser: new Set(),
    streamCalls: new Map(),
    statuses: new Map(),
    sessions: new Map(),
    prompts: [],
    sent: new Map(),
    uploads: new Map(),
    requests: [],
    rateLimited: [],
    deliveries: [],
    problems: [],
    parcels: createSignal(),
    changes: createSignal(),
    timers: createTimers(),
    origin: "",
    id,
    ts: createClock(),
    order: () => {
      order += 1;
      return order;
    },
    secret,
    now: settings.clock.now,
  };
}
