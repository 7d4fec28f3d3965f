import type { AdapterContext } from "../../../src/port/index.ts";
import { remember } from "../workspace/recent.ts";

/** Slack delivers both within a second or two. */
const patienceMs = 15_000;

export interface SubscriptionCheck {
  /** An `app_mention` came from this channel. */
  mention(channel: string): void;
  /** A `message` came from this channel. */
  message(channel: string): void;
}

/**
 * No method tells what an app is subscribed to. But every mention comes twice, so a channel from which only mentions come tells that
 * the messages are not subscribed to; that is said once.
 */
export function createSubscriptionCheck(
  { log, clock }: Pick<AdapterContext, "log" | "clock">,
  signal: AbortSignal,
): SubscriptionCheck {
  const heard = new Set<string>();
  let waiting = false;
  let told = false;

  async function expect(channel: string): Promise<void> {
    waiting = true;
    await clock.wait(patienceMs, signal);
    waiting = false;
    if (signal.aborted || heard.has(channel)) return;
    told = true;
    log.warn(
      {},
      "Slack does not deliver message.channels (in private channels: message.groups), without which follow-ups in threads need a mention. Add it at https://api.slack.com/apps (your app, Event Subscriptions, Subscribe to bot events)",
    );
  }

  return {
    mention(channel) {
      if (!told && !waiting && !heard.has(channel)) void expect(channel);
    },
    message: (channel) => remember(heard, channel),
  };
}
