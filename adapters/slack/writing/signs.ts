import { type AdapterLog, sentences } from "../../../src/port/index.ts";
import { toPlatformError } from "../workspace/errors.ts";
import { isDirect } from "../workspace/inbound.ts";
import type { ReplyTarget } from "../workspace/reply-target.ts";

/** Shows that the bot is at work on one reply, and what it does. */
export type Signs = {
  /** Slack shows its own stop button. */
  readonly hasOwnStop: boolean;
  /** A message is being made, which takes the status away; what it returns is told when the message stands. */
  speaking(): () => void;
  /** Resolves with the time after which the sign is to be renewed, in milliseconds. */
  start(): Promise<number>;
  say(words: string): Promise<void>;
  stop(): Promise<void>;
};

/** Slack takes the status away after two minutes, or when the bot says something. */
const statusMs = 100_000;

/** Until a status is tried again that was one too many in its minute. */
const crowdedMs = 15_000;

export function createSigns({ workspace, channel, root, begun }: ReplyTarget, log: AdapterLog): Signs {
  const { failFast, signs, agent } = workspace;
  const direct = isDirect(channel);
  /** Numbers calls, to tell whether something was said after the status was shown. */
  let calls = begun ? 1 : 0;
  let said = 0;
  let shown = calls;
  let showing: Promise<unknown> = Promise.resolve();
  let doing = sentences.answers.progress.thinking;
  let session: "none" | "begun" | "left out" = direct && begun ? "begun" : "none";

  async function show(): Promise<boolean> {
    if (!signs.status()) return false;
    const call = setStatus(doing).then(() => {
      shown = ++calls;
    });
    // The status cannot be taken away for certain before the last of these has arrived.
    showing = Promise.allSettled([showing, call]);
    await call;
    return true;
  }

  async function setStatus(words: string): Promise<void> {
    await failFast.assistant.threads.setStatus({ channel_id: channel, thread_ts: root, status: words });
  }

  async function holdSession(): Promise<void> {
    if (signs.session()) {
      await setSession("processing");
      session = "begun";
    } else if (session === "none") session = "left out";
  }

  /** Sessions belong to apps that are declared agents; others have none, and get our own stop button. */
  async function setSession(status: "processing" | "active"): Promise<void> {
    try {
      await failFast.agents.sessions.setStatus({ channel_id: channel, thread_ts: root, status });
      agent.refused = false;
    } catch (error) {
      const { code, message } = toPlatformError(error);
      agent.refused ||= code !== "unavailable" && code !== "rate-limited";
      log.debug({ error: message }, "no agent session");
    }
  }

  return {
    get hasOwnStop() {
      return direct && !agent.refused && session !== "left out";
    },
    speaking() {
      const call = ++calls;
      return () => {
        said = call;
      };
    },
    async start() {
      const isShown = await show();
      if (direct) await holdSession();
      return isShown ? statusMs : crowdedMs;
    },
    async say(words) {
      doing = words;
      await show();
    },
    /** Slack clears the status itself when something is said after it; one that is on its way arrives after that. */
    async stop() {
      await showing;
      if (session === "begun") await setSession("active");
      if (shown < said || shown === 0) return;
      await setStatus("");
    },
  };
}
