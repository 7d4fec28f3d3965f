import { createQueues, type EventId } from "../port/index.ts";
import type { RecordStore } from "../store/conversation-store.ts";
import type { Retention } from "../store/retention.ts";
import { type Exchange, nothingShown } from "./exchange.ts";
import type { QuestionRecord, StageRecord } from "./exchange-record.ts";

/** Where exchanges outlive the process. */
export interface ExchangeRows {
  set(exchange: Exchange): Promise<void>;
  delete(id: EventId): Promise<void>;
  /** All that can be understood, in their order. */
  all(): Promise<readonly Exchange[]>;
}

export type RowParts = {
  readonly questions: RecordStore<QuestionRecord>;
  readonly stages: RecordStore<StageRecord>;
  /** What may be written of somebody's words; see stored-words.ts. */
  readonly toStored: (exchange: Exchange) => Promise<Exchange>;
  readonly retention: Pick<Retention, "keptMs">;
};

/** Nobody presses a button for longer, and what cannot be taken up by then never can. */
const longestMs = 7 * 24 * 60 * 60_000;

/** A crash between the two deletes of an exchange leaves its stage, but not for ever. */
const laterMs = 24 * 60 * 60_000;

/** Characters of a question, as it is stored, that are written again with each text that is shown. */
const short = 2_000;

/**
 * One row for each; of a long question two, so that it is not written again with each text that is shown. A further row costs more than some
 * more characters.
 */
export function createExchangeRows({ questions, stages, toStored, retention }: RowParts): ExchangeRows {
  /** Long questions as they were written, of exchanges that are not done; and those of which there is a second row. */
  const written = new Map<EventId, string>();
  const staged = new Set<EventId>();
  const lanes = createQueues();
  const keptMs = Math.min(longestMs, retention.keptMs ?? longestMs);

  async function write(exchange: Exchange): Promise<void> {
    const { id, seq, at, question: event, stage, reply, tries } = await toStored(exchange);
    const question: QuestionRecord = { v: 2, event, seq, at };
    const text = "outcome" in stage ? "" : reply.text; // the outcome has it
    const reached: StageRecord = { v: 2, stage, ...reply, text, tries };
    const asked = JSON.stringify(question);
    if (asked.length <= short) {
      written.delete(id);
      await questions.set(id, { ...question, reached }, keptMs);
      if (staged.delete(id)) await stages.delete(id);
      return;
    }
    if (written.get(id) !== asked) await questions.set(id, question, keptMs);
    written.set(id, asked);
    if (isUntouched(exchange) && !staged.has(id)) return;
    await stages.set(id, reached, keptMs + laterMs);
    staged.add(id);
  }

  async function erase(id: EventId): Promise<void> {
    written.delete(id);
    await questions.delete(id);
    if (staged.delete(id)) await stages.delete(id);
  }

  async function read(question: QuestionRecord, index: number): Promise<Exchange> {
    const { id } = question.event;
    const second = question.reached === undefined ? await stages.get(id) : undefined;
    if (second !== undefined) staged.add(id);
    return toExchange(question, question.reached ?? second, index);
  }

  return {
    set: (exchange) => lanes.after(exchange.id, () => write(exchange)),
    delete: (id) => lanes.after(id, () => erase(id)),
    async all() {
      const left: QuestionRecord[] = [];
      for await (const [, question] of questions.entries()) left.push(question);
      left.sort((one, other) => one.seq - other.seq || (one.order ?? 0) - (other.order ?? 0));
      return Promise.all(left.map(read));
    },
  };
}

/** Nothing has become of it yet, so that the question tells all. */
function isUntouched({ stage, reply, tries }: Exchange): boolean {
  const isFirst = stage.kind === "waiting" && stage.how === "first";
  return isFirst && tries === 0 && !reply.making && reply.messages.length === 0 && reply.text === "";
}

function toExchange(
  { event, seq, order, at }: QuestionRecord,
  record: StageRecord | undefined,
  index: number,
): Exchange {
  const { messages, making, text } = record ?? nothingShown;
  return {
    id: event.id,
    seq: order === undefined ? seq : seq + index / 2_048, // its order is not kept when it is written again
    at,
    question: event,
    stage: record?.stage ?? { kind: "waiting", how: "first" },
    reply: { messages, making, text },
    tries: record?.tries ?? 0,
  };
}
