import type { Json } from "./records.ts";
import { toWireUser } from "./wire.ts";
import type { World } from "./world.ts";

type Session = { readonly sessionId: string; readonly url: string; readonly shard: unknown };

/** READY: who the bot is, its guilds (still unavailable), and where to resume. */
export function toReady(world: World, { sessionId, url, shard }: Session): Json {
  const bot = world.users.get(world.botId);
  return {
    v: 10,
    user: bot && { ...toWireUser(bot), verified: true, mfa_enabled: false, email: null, flags: 0 },
    guilds: [{ id: world.guild.id, unavailable: true }],
    private_channels: [],
    relationships: [],
    user_settings: {},
    session_id: sessionId,
    session_type: "normal",
    resume_gateway_url: url,
    application: { id: world.applicationId, flags: applicationFlags(world) },
    shard: shard ?? [0, 1],
    _trace: [],
  };
}

/** GATEWAY_MESSAGE_CONTENT_LIMITED, what a bot in few servers has once the portal's toggle is on. */
export function applicationFlags(world: World): number {
  return world.messageContent ? 1 << 19 : 0;
}
