import { setTimeout as wait } from "node:timers/promises";
import type { webApi } from "@slack/bolt";
import {
  type AdapterLog,
  type Content,
  type Earlier,
  type FileServer,
  type MessageId,
  messageId,
  type ReplySurface,
  readText,
} from "../../src/port/index.ts";
import { codeOf, toPlatformError, translated } from "./errors.ts";
import { limitsFor, payload } from "./format.ts";
import { isDirect } from "./inbound.ts";
import { createStream } from "./streams.ts";
import type { Target } from "./target.ts";
import { earlier } from "./threads.ts";

export type SurfaceParts = {
  readonly log: AdapterLog;
  readonly files: FileServer;
  /** Slack's own stop button was used on this thread. */
  readonly stopped: (target: Target) => void;
  /** Reaches the person although the bot may not write in the channel: an interaction's own way back. */
  readonly whisper?: ((markdown: string) => Promise<void>) | undefined;
};

/** Slack takes the sign away after two minutes, or when the bot says something. */
const statusMs = 100_000;

const nothingEarlier: Earlier = { messages: [], complete: true };

/** The reply to a message, in its thread. */
export function createMessageSurface(target: Target, parts: SurfaceParts): ReplySurface {
  const { workspace, place, channel, root, asker } = target;
  const { hasty, patient } = workspace;
  const thread = { channel, thread_ts: root };
  const direct = isDirect(channel);
  /** A message may stand whose making was not confirmed. */
  let lost = false;
  let calls = 0;
  let said = 0;
  let shown = 0;

  const stream = createStream(target, {
    stopped: () => parts.stopped(target),
    making: (make) => making(make),
    isLost: () => lost,
  });

  /** Makes a message. Slack has no nonce: where the answer is lost, the next try looks first for what may stand already. */
  async function making(make: () => Promise<string>): Promise<string> {
    const call = ++calls;
    try {
      const ts = await make();
      workspace.own.add(ts);
      for (const oldest of workspace.own) if (workspace.own.size > 1_000) workspace.own.delete(oldest);
      said = call;
      return ts;
    } catch (error) {
      lost ||= toPlatformError(error).code === "unavailable";
      throw error;
    }
  }

  async function create(content: Content): Promise<MessageId> {
    const standing = lost ? await findLost(target) : undefined;
    lost = false;
    if (standing === undefined) return messageId(await making(() => post(content)));
    workspace.own.add(standing);
    await edit(messageId(standing), content);
    return messageId(standing);
  }

  async function post(content: Content): Promise<string> {
    const { ts = "" } = await hasty.chat.postMessage({ ...thread, ...payload(content, place), ...plain });
    return ts;
  }

  async function edit(id: MessageId, content: Content): Promise<void> {
    const client = content.live ? hasty : patient;
    const change = () => client.chat.update({ channel, ts: id, ...payload(content, place) });
    try {
      await change();
    } catch (error) {
      if (codeOf(error) !== "streaming_state_conflict") throw error;
      await endStream(client, id);
      await change();
    }
  }

  /** Another try may have ended it already. */
  async function endStream(client: webApi.WebClient, ts: string): Promise<void> {
    try {
      await client.chat.stopStream({ channel, ts });
    } catch (error) {
      if (toPlatformError(error).code !== "ended") throw error;
    }
  }

  async function busy(): Promise<number> {
    const call = ++calls;
    await hasty.assistant.threads.setStatus({ channel_id: channel, thread_ts: root, status: "is thinking…" });
    shown = call;
    if (direct) await setSession("processing");
    return statusMs;
  }

  /** Slack clears the status itself when something is said after it. */
  async function idle(): Promise<void> {
    if (direct && shown > 0) await setSession("active");
    if (shown < said || shown === 0) return;
    await patient.assistant.threads.setStatus({ channel_id: channel, thread_ts: root, status: "" });
  }

  /** Sessions belong to apps that are declared agents; others have none, and need none. */
  async function setSession(status: "processing" | "active"): Promise<void> {
    try {
      await hasty.agents.sessions.setStatus({ channel_id: channel, thread_ts: root, status });
    } catch (error) {
      parts.log.debug({ error: toPlatformError(error).message }, "no agent session");
    }
  }

  async function respond(markdown: string): Promise<void> {
    const answer = { markdown, controls: [], live: false };
    try {
      await making(() => post(answer));
    } catch (error) {
      const { code, retryAfterMs = 1_000 } = toPlatformError(error);
      if (code !== "rate-limited" || retryAfterMs > longestWaitMs) throw error;
      await wait(retryAfterMs);
      await making(() => post(answer));
    }
  }

  /** Under the message for the person's eyes alone; where the bot may not write, in a direct message. */
  async function whisper(markdown: string): Promise<void> {
    const answer = payload({ markdown, controls: [] }, place);
    try {
      await hasty.chat.postEphemeral({ ...thread, user: asker.user, ...answer });
    } catch (error) {
      parts.log.debug({ error: toPlatformError(error).message }, "not told in the channel, but in a direct message");
      await hasty.chat.postMessage({ channel: asker.user, ...answer, ...plain });
    }
  }

  return {
    limits: limitsFor(workspace.team),
    stream,
    awaitsAnswer: false,
    busy: () => translated(busy),
    idle: () => translated(idle),
    create: (content) => translated(() => create(content)),
    edit: (id, content) => translated(() => edit(id, content)),
    respond: (markdown) => translated(() => respond(markdown)),
    whisper: (markdown) => translated(() => (direct ? respond(markdown) : (parts.whisper ?? whisper)(markdown))),
    read: (attachment) => translated(() => readText(attachment, parts.files)),
    earlier: (count) =>
      place.kind === "thread"
        ? translated(() => earlier(workspace, { channel, root, before: target.question }, count))
        : Promise.resolve(nothingEarlier),
  };
}

/** Nobody waits longer than this for a short answer. */
const longestWaitMs = 60_000;

/** Links get no previews: a reply is text, and previews would push it apart. */
const plain = { unfurl_links: false, unfurl_media: false };

/** A message of the bot in this thread that no answer has told of. */
async function findLost({ workspace, channel, root, question }: Target): Promise<string | undefined> {
  const { hasty, own, botUserId } = workspace;
  const { messages = [] } = await hasty.conversations.replies({ channel, ts: root, oldest: question, limit: 200 });
  const strays = messages.flatMap(({ user, ts }) =>
    user === botUserId && ts !== undefined && !own.has(ts) ? [ts] : [],
  );
  return strays.findLast((ts) => ts > question);
}
