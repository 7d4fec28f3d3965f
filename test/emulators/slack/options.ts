import { type Clock, steadyClock } from "../../../src/runtime/clock.ts";

export type SlackOptions = {
  /** What its limits and its records go by. */
  readonly clock?: Pick<Clock, "now">;
  /** How long every Web API round trip takes; a call has its effect after half of it. */
  readonly latencyMs?: number;
  /** Whether the workspace lets apps stream; otherwise chat.startStream answers `feature_not_enabled`. */
  readonly streaming?: boolean;
  /** How long a stream can be appended to, 5 minutes at Slack. */
  readonly streamLifeMs?: number;
  /** The longest text one stream takes. */
  readonly maxStreamLength?: number;
  /** What the bot token may do; events need theirs too. */
  readonly scopes?: readonly string[];
  /** The bot events the app has subscribed to. */
  readonly events?: readonly string[];
  readonly mode?: "socket" | "http";
  /** Calls a minute, by method, for each workspace; methods not named keep Slack's. */
  readonly tiers?: Readonly<Record<string, number>>;
  /** Whether OAuth gives tokens that expire, with one to refresh them. */
  readonly rotateTokens?: boolean;
  /** How long such a token lives, 12 hours at Slack; Bolt refreshes those with less than two hours left. */
  readonly tokenLifeSeconds?: number;
  /** How long the bot may take to acknowledge before an event is sent again. */
  readonly envelopeTimeoutMs?: number;
  /** The pause before an event is sent again, minutes at Slack. */
  readonly retryPauseMs?: number;
};

export type Settings = Required<SlackOptions>;

export function toSettings(options: SlackOptions): Settings {
  return {
    clock: steadyClock,
    latencyMs: 0,
    streaming: true,
    streamLifeMs: 5 * 60_000,
    maxStreamLength: 40_000,
    scopes: manifestScopes,
    events: manifestEvents,
    mode: "socket",
    tiers: {},
    rotateTokens: false,
    tokenLifeSeconds: 12 * 3600,
    envelopeTimeoutMs: 3000,
    retryPauseMs: 20,
    ...options,
  };
}

const manifestScopes = [
  "app_mentions:read",
  "chat:write",
  "channels:history",
  "groups:history",
  "im:history",
  "mpim:history",
  "im:read",
  "im:write",
  "users:read",
  "files:read",
  "files:write",
  "commands",
  "assistant:write",
  "channels:read",
  "groups:read",
  "mpim:read",
  "team:read",
];

const manifestEvents = [
  "app_mention",
  "message.channels",
  "message.groups",
  "message.im",
  "message.mpim",
  "app_home_opened",
  "agent_session_stopped",
  "app_uninstalled",
  "tokens_revoked",
];
