import type { World } from "./world.ts";

export type RateLimits = {
  /** Counts a call; what it returns is how many seconds to wait, undefined where the call may go on. */
  take(call: { readonly teamId: string; readonly method: string; readonly channel: string }): number | undefined;
};

const windowMs = 60_000;
const postBurst = 10;

/** Calls a minute for each method and workspace, in a sliding window. https://docs.slack.dev/apis/web-api/rate-limits */
export function createRateLimits(world: World): RateLimits {
  const calls = new Map<string, number[]>();
  const posts = new Map<string, { full: number; at: number }>();

  /** One post a second in a channel, after a few at once. */
  function waitForChannel(key: string): number | undefined {
    const now = world.now();
    const { full, at } = posts.get(key) ?? { full: 0, at: now };
    const left = Math.max(0, full - (now - at) / 1000);
    if (left + 1 > postBurst) return Math.max(1, Math.ceil(left + 1 - postBurst));
    posts.set(key, { full: left + 1, at: now });
    return undefined;
  }

  return {
    take({ teamId, method, channel }) {
      const key = `${teamId} ${method}`;
      const now = world.now();
      const recent = (calls.get(key) ?? []).filter((at) => now - at < windowMs);
      const own = world.settings.tiers[method];
      const limit = own ?? perMinute[method] ?? tier3;
      const oldest = recent[recent.length - limit];
      if (recent.length >= limit) return Math.max(1, Math.ceil(((oldest ?? now) + windowMs - now) / 1000));
      if (method === "chat.postMessage" && own === undefined) {
        const seconds = waitForChannel(`${teamId} ${channel}`);
        if (seconds !== undefined) return seconds;
      }
      calls.set(key, [...recent, now]);
      return undefined;
    },
  };
}

const [tier2, tier3, tier4, generous] = [20, 50, 100, 600];

const perMinute: Readonly<Record<string, number>> = {
  "apps.connections.open": tier3,
  "assistant.threads.setStatus": generous,
  "assistant.threads.setSuggestedPrompts": tier4,
  "assistant.threads.setTitle": tier4,
  "auth.test": generous,
  "chat.appendStream": tier4,
  "chat.getPermalink": generous,
  "chat.postEphemeral": tier4,
  "chat.postMessage": generous,
  "chat.startStream": tier2,
  "chat.stopStream": tier2,
  "conversations.members": tier4,
  "files.completeUploadExternal": tier4,
  "files.getUploadURLExternal": tier4,
  "oauth.v2.access": tier4,
  "users.info": tier4,
  "views.open": tier4,
  "views.publish": tier4,
  "views.update": tier4,
};
