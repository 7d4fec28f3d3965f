// A surface writes one reply into its thread: by Slack's own streams, or by messages that are edited.
// A message whose making was not confirmed is looked for before it is made again, so that no words stand twice.
// Files, and what one person alone may read, are sent in other ways, which also stand in this folder.

import type { webApi } from "@slack/bolt";
import {
  type AdapterLog,
  type Content,
  type Control,
  type Earlier,
  type Extra,
  type FileServer,
  type MessageId,
  messageId,
  type ReplySurface,
  readText,
} from "../../../src/port/index.ts";
import { codeOf, isUndrawable, toPlatformError, translated } from "../workspace/errors.ts";
import { limitsFor, noPreviews, payload, plainPayload } from "../workspace/format.ts";
import { isDirect } from "../workspace/inbound.ts";
import { remember } from "../workspace/recent.ts";
import type { ReplyTarget } from "../workspace/reply-target.ts";
import { findLost } from "./lost.ts";
import { sendFiles } from "./private-files.ts";
import { createSigns } from "./signs.ts";
import { createStream } from "./streams.ts";
import { earlier } from "./threads.ts";

export type SurfaceParts = {
  readonly log: AdapterLog;
  readonly files: FileServer;
  /** Slack's own stop button was used on this thread. */
  readonly stopped: () => void;
};

const nothingEarlier: Earlier = { messages: [], complete: true };

type Body = ReturnType<typeof payload | typeof plainPayload>;

/** The reply to a message, in its thread. */
export function createMessageSurface(target: ReplyTarget, parts: SurfaceParts): ReplySurface {
  const { workspace, place, channel, root, person } = target;
  const { failFast, retrying } = workspace;
  const thread = { channel, thread_ts: root };
  const direct = isDirect(channel);
  /** A message may stand whose making was not confirmed. */
  let lost = false;
  const signs = createSigns(target, parts.log);
  /** Slack refused to draw what was written last. */
  let bare = false;

  const stream = createStream(target, {
    stopped: parts.stopped,
    making,
    isLost: () => lost,
    hasOwnStop: () => signs.hasOwnStop,
  });

  /** Makes a message. Slack has no nonce: where the answer is lost, the next try looks first for what may stand already. */
  async function making(make: () => Promise<string>): Promise<string> {
    const stands = signs.speaking();
    try {
      const ts = await make();
      remember(workspace.own, ts);
      stands();
      return ts;
    } catch (error) {
      lost ||= toPlatformError(error).code === "unavailable";
      throw error;
    }
  }

  async function create(content: Content): Promise<MessageId> {
    const standing = lost ? await look() : undefined;
    lost = false;
    if (standing === undefined) return messageId(await making(() => post(content)));
    remember(workspace.own, standing);
    await edit(messageId(standing), content);
    return messageId(standing);
  }

  /** Where Slack does not let the thread be read, a text that may stand twice is better than one that is lost. */
  async function look(): Promise<string | undefined> {
    try {
      return await findLost(target, target.before);
    } catch (error) {
      const { code } = toPlatformError(error);
      if (code === "unavailable" || code === "rate-limited") throw error;
      return undefined;
    }
  }

  async function post(content: Content): Promise<string> {
    const send = (body: Body) => failFast.chat.postMessage({ ...thread, ...body, ...noPreviews });
    return (await drawn(content, send)).ts ?? "";
  }

  /** Sends it as Markdown, or as bare words where Slack refuses to draw that. */
  async function drawn<T>(content: Content, send: (body: Body) => Promise<T>): Promise<T> {
    if (bare && content.live) return send(plainPayload(content, place));
    try {
      return await send(payload(content, place));
    } catch (error) {
      if (!isUndrawable(error)) throw error;
      bare = true;
      const fields = { error: toPlatformError(error).message };
      parts.log.warn(fields, "Slack does not draw this text, so it is sent without markup");
      return send(plainPayload(content, place));
    }
  }

  async function edit(id: MessageId, content: Content): Promise<void> {
    const client = content.live ? failFast : retrying;
    const change = () => drawn(content, (body) => client.chat.update({ channel, ts: id, ...body }));
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

  /** The newest one; others cannot have been lost, since each is noted before the next is made. */
  async function strays(others: readonly MessageId[]): Promise<readonly MessageId[]> {
    for (const ts of others) remember(workspace.own, ts);
    const stray = await findLost(target);
    return stray === undefined ? [] : [messageId(stray)];
  }

  async function remove(ts: MessageId): Promise<void> {
    remember(workspace.removed, ts);
    try {
      await retrying.chat.delete({ channel, ts });
    } catch (error) {
      if (toPlatformError(error).code !== "gone") throw error;
    }
  }

  async function respond(markdown: string, controls: readonly Control[]): Promise<void> {
    await making(() => post({ markdown, controls, live: false }));
  }

  /** For the person's eyes alone, where they spoke: a thread that is yet to be would show it to nobody. Else in a direct message. */
  async function sayPrivately(markdown: string, controls: readonly Control[]): Promise<void> {
    const answer = payload({ markdown, controls }, place);
    const spot = place.kind === "thread" ? thread : { channel };
    try {
      await failFast.chat.postEphemeral({ ...spot, user: person.id, ...answer });
    } catch (error) {
      parts.log.debug({ error: toPlatformError(error).message }, "told in a direct message instead of the channel");
      await failFast.chat.postMessage({ channel: person.id, ...answer, ...noPreviews });
    }
  }

  /** Files go to a direct message, because Slack has none that only one person in a channel sees. */
  async function tell(markdown: string, { controls = [], files = [] }: Extra = {}): Promise<void> {
    const to = direct ? { workspace, thread } : { workspace, user: person.id };
    const words = files.length === 0 ? markdown : await sendFiles({ markdown, files }, to);
    if (words === "") return;
    if (direct) return respond(words, controls);
    return target.respondPrivately?.(words, { controls }) ?? sayPrivately(words, controls);
  }

  return {
    limits: limitsFor(workspace.team, channel),
    stream,
    expectsResponse: false,
    startTyping: () => translated(signs.start),
    status: (words) => translated(() => signs.say(words)),
    stopTyping: () => translated(signs.stop),
    create: (content) => translated(() => create(content)),
    edit: (id, content) => translated(() => edit(id, content)),
    remove: (id) => translated(() => remove(id)),
    adopt(messages) {
      for (const ts of messages) remember(workspace.own, ts);
    },
    findOrphans: (others) => translated(() => strays(others)),
    respond: (markdown, { controls = [] } = {}) => translated(() => respond(markdown, controls)),
    respondPrivately: (markdown, extra) => translated(() => tell(markdown, extra)),
    read: (attachment) => translated(() => readText(attachment, parts.files)),
    history: (count) =>
      place.kind === "thread"
        ? translated(() => earlier(workspace, { channel, root, before: target.question }, count))
        : Promise.resolve(nothingEarlier),
  };
}
