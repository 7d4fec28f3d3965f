// Hearing turns what Slack reports of messages into events of the port: said, changed, deleted.
// Slack does not deliver again what was acknowledged, so each event that may hold a question is noted first and dropped when the core has
// it.
// What a crash left in that inbox is heard again at the next start, before what comes then.

import type { App, ReceiverEvent } from "@slack/bolt";
import { type AdapterContext, serverId, userId } from "../../../src/port/index.ts";
import { spoken } from "../workspace/inbound.ts";

/**
 * Events that may hold a question, from before Slack hears that they have arrived until the core has dealt with them: names are asked
 * for in between, and a crash must not lose what Slack will not deliver again.
 */
export interface Inbox {
  /** Has every such event noted before it is acknowledged. One that cannot be noted is refused, so Slack delivers it again. */
  guard(app: App): void;
  /** The core has dealt with it. */
  drop(body: unknown): Promise<void>;
  /** Hears again what an earlier run did not come to the end of. What comes now is heard after it. */
  replay(): Promise<void>;
}

type Envelope = {
  readonly type?: string;
  readonly event_id?: string;
  readonly team_id?: string;
  readonly event?: Said;
};

/** https://docs.slack.dev/reference/events/message */
type Said = {
  readonly type?: string;
  readonly subtype?: string;
  readonly bot_id?: string;
  readonly user?: string;
  readonly channel_type?: string;
  readonly thread_ts?: string;
  readonly event_ts?: string;
  readonly text?: string;
};

const prefix = "inbox ";

/** Slack delivers again what is not acknowledged within three seconds. */
const longestReplayMs = 2_000;

export function createInbox({ notes, mayKeep, clock }: Pick<AdapterContext, "notes" | "mayKeep" | "clock">): Inbox {
  const isKept = ({ team_id: team = "", event }: Envelope) =>
    event?.user === undefined || mayKeep(userId(`slack:${event.user}`), serverId(`slack:${team}`));

  const nameOf = (body: unknown): string | undefined => {
    const { event_id: id, event } = (body ?? {}) as Envelope;
    // The time stands first, so that names are in the order in which things were said.
    return id !== undefined && mayAsk(body as Envelope) ? `${prefix}${event?.event_ts} ${id}` : undefined;
  };

  async function keep(name: string, body: ReceiverEvent["body"]): Promise<void> {
    if (await isKept(body)) await notes.set(name, JSON.stringify(body));
  }

  const replayed = Promise.withResolvers<void>();
  let process: App["processEvent"] = async () => undefined;

  return {
    guard(app) {
      process = app.processEvent.bind(app);
      let noting: Promise<unknown> = Promise.resolve();
      app.processEvent = async (received: ReceiverEvent) => {
        const name = nameOf(received.body);
        const note = name === undefined ? undefined : keep(name, received.body);
        // What needs no note must not overtake what does: an edit comes after the message that it changes.
        noting = note?.catch(() => undefined) ?? noting;
        await (note ?? noting);
        await replayed.promise;
        await process(received);
      };
    },
    async drop(body) {
      const name = nameOf(body);
      if (name !== undefined) await notes.delete(name);
    },
    async replay() {
      const over = new AbortController();
      void clock.wait(longestReplayMs, over.signal).then(replayed.resolve);
      try {
        for (const name of await notes.names(prefix)) {
          const text = await notes.get(name);
          if (text !== undefined) await process({ body: JSON.parse(text), ack: async () => undefined });
        }
      } finally {
        over.abort();
        replayed.resolve();
      }
    },
  };
}

/** Most of what is said in channels is none of the bot's business. Which `<@…>` is its own is not known yet. */
function mayAsk({ type, event = {} }: Envelope): boolean {
  const { subtype, text = "", thread_ts: thread } = event;
  if (type !== "event_callback" || (event.type !== "message" && event.type !== "app_mention")) return false;
  if (event.bot_id !== undefined || !spoken.includes(subtype)) return false;
  return event.type === "app_mention" || event.channel_type === "im" || thread !== undefined || text.includes("<@");
}
