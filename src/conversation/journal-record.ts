import { z } from "zod";
import {
  channelId,
  eventId,
  type MessageEvent,
  type MessageId,
  messageId,
  serverId,
  threadId,
  userId,
} from "../port/index.ts";
import type { Outcome } from "./outcome.ts";

const scope = z.enum(["thread", "channel", "server"]);
const text = z.string();
const maybe = z.exactOptional(text);

const place = z.object({
  kind: z.enum(["direct", "channel", "thread", "fresh"]),
  thread: text.transform(threadId),
  channel: text.transform(channelId),
  channelName: maybe,
  server: z.exactOptional(text.transform(serverId)),
  serverName: maybe,
  serverNoun: maybe,
  idsWithinServer: z.exactOptional(z.literal(true)),
  begins: z.exactOptional(z.literal(true)),
  bot: text,
  commandPrefix: maybe,
  authority: z.array(scope).readonly(),
  roles: z.exactOptional(z.array(text).readonly()),
  holders: z.exactOptional(z.partialRecord(scope, text).readonly()),
});

const attachment = z.object({ name: text, mediaType: text, bytes: z.number(), url: text, text: maybe });

const messageEvent: z.ZodType<MessageEvent> = z.object({
  kind: z.literal("message"),
  id: text.transform(eventId),
  place,
  message: text.transform(messageId),
  author: z.object({ id: text.transform(userId), name: text }),
  text,
  quote: z.exactOptional(
    z.object({ author: text, id: z.exactOptional(text.transform(userId)), text, own: z.boolean() }),
  ),
  attachments: z.array(attachment).readonly(),
  moreFiles: z.exactOptional(z.number()),
  sentAt: z.number(),
  via: z.enum(["direct", "mention", "overheard"]),
  asked: z.exactOptional(z.literal(true)),
  heading: maybe,
  origin: maybe,
});

/** A question that was heard. */
export type HeardRecord = {
  readonly v: 1;
  readonly event: MessageEvent;
  /** Milliseconds since 1970; of two in the same one, `order` tells which came first. */
  readonly at: number;
  readonly order: number;
};

/** How far its answer is. */
export type ProgressRecord = {
  readonly v: 1;
  /** How often it was taken up again after a crash. */
  readonly tries: number;
  /** Messages of the answer that stand for certain. */
  readonly messages: readonly MessageId[];
  /** Another one was about to be made. */
  readonly making: boolean;
  /** What was shown of it. */
  readonly text: string;
  /** The answer, where it is known and only its last text may be missing. */
  readonly outcome?: Outcome;
  /** Nobody goes on with it until a person says so. */
  readonly parked: boolean;
};

export type JournalRecord = HeardRecord & ProgressRecord;

const outcome: z.ZodType<Outcome> = z
  .object({
    text,
    ending: z.enum(["whole", "length", "filtered", "refused", "stopped", "broken", "failed"]),
    notice: text.optional(),
    aside: text.optional(),
    controls: z.array(z.object({ command: z.enum(["stop", "go-on", "retry"]), label: text })).readonly(),
  })
  .transform(({ notice, aside, ...rest }) => ({ ...rest, notice, aside }));

export const heardRecord: z.ZodType<HeardRecord> = z.object({
  v: z.literal(1),
  event: messageEvent,
  at: z.number(),
  order: z.number(),
});

export const progressRecord: z.ZodType<ProgressRecord> = z.object({
  v: z.literal(1),
  tries: z.number(),
  messages: z.array(text.transform(messageId)).readonly(),
  making: z.boolean(),
  text,
  outcome: z.exactOptional(outcome),
  parked: z.boolean(),
});
