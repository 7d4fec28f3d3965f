import { z } from "zod";
import {
  channelId,
  controlCommands,
  eventId,
  type MessageEvent,
  type MessageId,
  messageId,
  serverId,
  threadId,
  userId,
} from "../port/index.ts";
import type { Outcome } from "../reply/outcome.ts";
import type { Stage } from "./exchange.ts";

/** What earlier versions called the fields of a question and of its place. */
const newNames: ReadonlyMap<string, string> = new Map([
  ["begins", "isInbox"],
  ["idsWithinServer", "idsPerServer"],
  ["holders", "whoMay"],
  ["asked", "viaCommand"],
  ["heading", "quotedQuestion"],
  ["origin", "recallKey"],
]);
/** And what they called its values, by field. */
const newValues: ReadonlyMap<string, string> = new Map([
  ["kind fresh", "new-thread"],
  ["via overheard", "ambient"],
]);

function withNewNames(stored: unknown): unknown {
  if (typeof stored !== "object" || stored === null || Array.isArray(stored)) return stored;
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]: [string, unknown]) => [
      newNames.get(name) ?? name,
      name === "place" ? withNewNames(value) : (newValues.get(`${name} ${String(value)}`) ?? value),
    ]),
  );
}

const scope = z.enum(["thread", "channel", "server"]);
const text = z.string();
const maybe = z.exactOptional(text);

const place = z.object({
  kind: z.enum(["direct", "channel", "thread", "new-thread"]),
  thread: text.transform(threadId),
  channel: text.transform(channelId),
  channelName: maybe,
  server: z.exactOptional(text.transform(serverId)),
  serverName: maybe,
  serverNoun: maybe,
  idsPerServer: z.exactOptional(z.literal(true)),
  isInbox: z.exactOptional(z.literal(true)),
  bot: text,
  commandPrefix: maybe,
  authority: z.array(scope).readonly(),
  roles: z.exactOptional(z.array(text).readonly()),
  whoMay: z.exactOptional(z.partialRecord(scope, text).readonly()),
});

const attachment = z.object({ name: text, mediaType: text, bytes: z.number(), url: text, text: maybe });

const messageEvent: z.ZodType<MessageEvent> = z.preprocess(
  withNewNames,
  z.object({
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
    via: z.enum(["direct", "mention", "ambient"]),
    viaCommand: z.exactOptional(z.literal(true)),
    quotedQuestion: maybe,
    recallKey: maybe,
  }),
);

/** A question. A long one is written again only where its words change. */
export type QuestionRecord = {
  readonly v: 2;
  readonly event: MessageEvent;
  readonly seq: number;
  /** Of two with the same `seq`, which only the first kind of record has, it tells which came first. */
  readonly order?: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** How far it is, where it is short enough to be written together with that. */
  readonly reached?: StageRecord;
};

/** How far it is: written with each text that is shown. */
export type StageRecord = {
  readonly v: 2;
  readonly stage: Stage;
  readonly messages: readonly MessageId[];
  readonly making: boolean;
  readonly text: string;
  readonly tries: number;
};

const how = z.enum(["first", "anew", "again", "retry"]);
const reason = z.enum(["person", "reset", "newer"]);

const outcome: z.ZodType<Outcome> = z
  .object({
    text,
    ending: z.enum(["whole", "length", "filtered", "refused", "stopped", "broken", "failed"]),
    notice: text.optional(),
    aside: text.optional(),
    controls: z.array(z.object({ command: z.enum(controlCommands), label: text })).readonly(),
  })
  .transform(({ notice, aside, ...rest }) => ({ ...rest, notice, aside }));

const stage: z.ZodType<Stage> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("waiting"), how }),
  z.object({ kind: z.literal("answering"), how }),
  z.object({ kind: z.literal("covered") }),
  z.object({ kind: z.literal("stopped"), how, reason, outcome: z.exactOptional(outcome) }),
  z.object({ kind: z.literal("settling"), how, outcome }),
  z.object({ kind: z.literal("offered") }),
  z.object({ kind: z.literal("removing") }),
  z.object({ kind: z.literal("withdrawing") }),
  z.object({ kind: z.literal("done") }),
]);

const firstStageFields = {
  tries: z.number(),
  messages: z.array(text.transform(messageId)).readonly(),
  making: z.boolean(),
  text,
  outcome: z.exactOptional(outcome),
  parked: z.boolean(),
};

const firstStageRecord = z.object({ v: z.literal(1), ...firstStageFields }).transform(toStageRecord);

const year2096 = 4e12;

/** Before there was a `seq` the clock gave a question its place. All of those come before the others, so their numbers are negative. */
const placeBy = (at: number, order: number) => ({ seq: at - year2096, order });

const firstQuestion = { v: z.literal(1), event: messageEvent, at: z.number(), order: z.number() };

/** The very first had all in one row; those after them a second row for how far the answer was. */
const firstQuestionRecord = z.union([
  z.object({ ...firstQuestion, ...firstStageFields }).transform(({ event, at, order, ...rest }): QuestionRecord => {
    return { v: 2, event, at, ...placeBy(at, order), reached: toStageRecord(rest) };
  }),
  z
    .object(firstQuestion)
    .transform(({ event, at, order }): QuestionRecord => ({ v: 2, event, at, ...placeBy(at, order) })),
]);

const stageFields = z.object({
  v: z.literal(2),
  stage,
  messages: z.array(text.transform(messageId)).readonly(),
  making: z.boolean(),
  text,
  tries: z.number(),
});

export const questionRecord: z.ZodType<QuestionRecord> = z.union([
  z.object({
    v: z.literal(2),
    event: messageEvent,
    seq: z.number(),
    order: z.exactOptional(z.number()),
    at: z.number(),
    reached: z.exactOptional(stageFields),
  }),
  firstQuestionRecord,
]);

export const stageRecord: z.ZodType<StageRecord> = z.union([stageFields, firstStageRecord]);

type FirstStage = Omit<StageRecord, "v" | "stage"> & { readonly outcome?: Outcome; readonly parked: boolean };

function toStageRecord({ messages, making, text, tries, outcome, parked }: FirstStage): StageRecord {
  return { v: 2, messages, making, text, tries, stage: stageOf(parked, outcome) };
}

function stageOf(parked: boolean, outcome: Outcome | undefined): Stage {
  if (parked) return { kind: "offered" };
  return outcome === undefined ? { kind: "answering", how: "first" } : { kind: "settling", how: "first", outcome };
}
