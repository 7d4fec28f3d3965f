import type { types } from "@slack/bolt";
import {
  type Content,
  type Control,
  type MessageId,
  type MessageStream,
  messageId,
  PlatformError,
  type PlatformErrorCode,
} from "../../../src/port/index.ts";
import { codeOf, toPlatformError, translated } from "../workspace/errors.ts";
import { appendPaceFor, certainLength, disarmed, toBlocks } from "../workspace/format.ts";
import type { ReplyTarget } from "../workspace/reply-target.ts";
import type { Slot } from "../workspace/stream-quota.ts";

export type StreamParts = {
  readonly stopped: () => void;
  readonly making: (make: () => Promise<string>) => Promise<string>;
  readonly isLost: () => boolean;
  /** Slack already shows its own Stop button. */
  readonly hasOwnStop: () => boolean;
};

/** What is so for the whole workspace, not only here and now. */
const hasNoStreams = ["feature_not_enabled", "unknown_method", "method_deprecated", "deprecated_endpoint"];

/** A stream that is being written. */
type Live = {
  /** All that was to be appended, as the model wrote it. */
  readonly markdown: string;
  /** How much of it, disarmed, Slack has. */
  readonly sent: number;
  /** Buttons stand above the text until it is whole. */
  readonly buttons: boolean;
  readonly slot: Slot;
};

/**
 * Slack's own streaming: `chat.startStream`, `appendStream`, `stopStream`. Appends are made one after another by the core, which
 * waits for each; two at once would mix their texts.
 */
export function createStream(target: ReplyTarget, parts: StreamParts): MessageStream {
  const { workspace, place, channel, root, person } = target;
  const { failFast, streams } = workspace;
  const live = new Map<MessageId, Live>();

  async function begin({ markdown, controls }: Content): Promise<MessageId> {
    if (parts.isLost()) throw new PlatformError("unsupported", "a message may stand already");
    const slot = streams.take();
    if (slot === undefined) throw new PlatformError("unsupported", "all streams of this minute are begun");
    try {
      const text = certain(markdown);
      const buttons = parts.hasOwnStop() ? [] : toBlocks(controls, place.thread);
      const ts = await parts.making(() => start(text, buttons));
      live.set(messageId(ts), { markdown, sent: text.length, buttons: buttons.length > 0, slot });
      return messageId(ts);
    } catch (error) {
      slot.drop();
      if (hasNoStreams.includes(codeOf(error) ?? "")) streams.refuse();
      throw error;
    }
  }

  async function start(text: string, buttons: readonly types.ActionsBlock[]): Promise<string> {
    const chunks: types.AnyChunk[] = [];
    if (buttons.length > 0) chunks.push({ type: "blocks", blocks: [...buttons] });
    if (text !== "") chunks.push({ type: "markdown_text", text });
    const { ts = "" } = await failFast.chat.startStream({
      channel,
      thread_ts: root,
      recipient_user_id: person.id,
      recipient_team_id: person.team ?? workspace.team,
      ...(chunks.length === 0 ? {} : { chunks }),
    });
    return ts;
  }

  async function append(id: MessageId, markdown: string): Promise<void> {
    const stream = standing(id);
    const whole = stream.markdown + markdown;
    const text = certain(whole);
    if (text.length > stream.sent) {
      await heeding(id, () => failFast.chat.appendStream({ channel, ts: id, markdown_text: text.slice(stream.sent) }));
    }
    live.set(id, { ...stream, markdown: whole, sent: Math.max(text.length, stream.sent) });
  }

  async function end(id: MessageId, markdown: string, controls: readonly Control[]): Promise<void> {
    const stream = standing(id);
    const whole = stream.markdown + markdown;
    const rest = disarmed(whole).slice(stream.sent);
    const blocks = stream.buttons ? [] : toBlocks(controls, place.thread);
    await heeding(id, () =>
      failFast.chat.stopStream({
        channel,
        ts: id,
        ...(rest === "" ? {} : { markdown_text: rest }),
        ...(blocks.length === 0 ? {} : { blocks }),
      }),
    );
    finish(id);
    // Buttons above the text can only be taken away by writing the message anew.
    if (stream.buttons) throw new PlatformError("ended", "buttons still stand above the text");
  }

  function standing(id: MessageId): Live {
    const stream = live.get(id);
    if (stream === undefined) throw new PlatformError("ended", "this stream is over");
    return stream;
  }

  /** Notes what ends a stream without our doing. */
  async function heeding(id: MessageId, call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
    } catch (error) {
      if (codeOf(error) === "stopped_by_user") parts.stopped();
      if (!goesOn.includes(toPlatformError(error).code)) finish(id);
      throw error;
    }
  }

  function finish(id: MessageId): void {
    live.get(id)?.slot.end();
    live.delete(id);
  }

  return {
    pace: appendPaceFor(workspace.team),
    begin: (content) => translated(() => begin(content)),
    append: (id, markdown) => translated(() => append(id, markdown)),
    end: (id, markdown, controls) => translated(() => end(id, markdown, controls)),
  };
}

/** After these the stream may still be live, and has to be closed. */
const goesOn: readonly PlatformErrorCode[] = ["rate-limited", "unavailable", "unsupported", "invalid"];

/** The text in which nothing pings, as far as that can be told before its next letters. */
const certain = (markdown: string): string => disarmed(markdown.slice(0, certainLength(markdown)));
