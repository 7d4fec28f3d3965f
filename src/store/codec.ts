import { z } from "zod";
import { messageId, userId } from "../port/index.ts";
import type { Turn } from "./conversation-store.ts";
import { type Decoded, decode, encode } from "./record-codec.ts";

/** Where a thread's log stands. The turns `first` to `next - 1` are stored; those from `start` on are in the window. */
export type Head = { readonly first: number; readonly start: number; readonly next: number };

const number = z.int().nonnegative();

const headRecord = z
  .object({ v: z.literal(1), first: number, start: number, next: number })
  .refine(({ first, start, next }) => first <= start && start <= next, "first, start and next are out of order");

const turnBase = { v: z.literal(1), text: z.string(), at: z.number(), tokens: z.number().nonnegative() };

const attachment = z.object({
  name: z.string(),
  mediaType: z.string(),
  bytes: z.number(),
  url: z.string(),
  text: z.exactOptional(z.string()),
});

const personTurn = z.object({
  ...turnBase,
  kind: z.literal("person"),
  message: z.string().transform(messageId),
  author: z.object({ id: z.string().transform(userId), name: z.string() }),
  quote: z.exactOptional(
    z.object({
      author: z.string(),
      id: z.exactOptional(z.string().transform(userId)),
      text: z.string(),
      own: z.boolean(),
    }),
  ),
  attachments: z.array(attachment).readonly(),
  moreFiles: z.exactOptional(number),
  deleted: z.exactOptional(z.literal(true)),
});

const botTurn = z.object({
  ...turnBase,
  kind: z.literal("bot"),
  messages: z.array(z.string().transform(messageId)).readonly(),
  replyTo: z.exactOptional(z.string().transform(messageId)),
  ending: z.enum(["whole", "length", "filtered", "refused", "stopped", "broken", "failed"]),
  leftOut: z.exactOptional(z.array(z.string().transform(messageId)).readonly()),
  withdrawn: z.exactOptional(z.literal(true)),
  pending: z.exactOptional(z.literal(true)),
});

const turnRecord = z.discriminatedUnion("kind", [personTurn, botTurn]);

const turnOfRecord: z.ZodType<Turn> = turnRecord.transform(({ v: _, ...turn }) => turn);
const headOfRecord: z.ZodType<Head> = headRecord.transform(({ v: _, ...head }) => head);

/** Stands where a turn was forgotten: it keeps the turn's number, and holds neither a word nor an id. */
export const forgottenTurn = '{"v":1,"kind":"forgotten"}';

/** The version stands in every record, so that a later shape can be told from this one without a migration. */
export function encodeTurn(turn: Turn): string {
  const record: z.input<typeof turnRecord> = { v: 1, ...turn };
  return encode(turnRecord, record);
}

/** Never throws; a record of another version is unreadable. */
export function decodeTurn(text: string): Decoded<Turn> {
  return decode(turnOfRecord, text);
}

export function encodeHead(head: Head): string {
  return encode(headRecord, { v: 1, ...head });
}

/** Never throws; a record of another version is unreadable. */
export function decodeHead(text: string): Decoded<Head> {
  return decode(headOfRecord, text);
}
