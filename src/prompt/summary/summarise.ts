// A thread may grow longer than any window, and what leaves the window would be forgotten at once.
// So the model is asked, in the background, to summarize it, and the summary stands at the head of later prompts.
// It is made before it is needed, nobody waits for it, and it is dropped when a person or a thread is forgotten.

import { ModelError } from "../../model/model-client.ts";
import { beginningWithin, type CountTokens } from "../../model/tokens.ts";
import type { Conversation, ConversationStore, Turn } from "../../store/conversation-store.ts";
import { createWellFormed } from "../../text/well-formed.ts";
import { isLeftOut, leftOutOf } from "../left-out.ts";
import { summaryContent, turnOverhead } from "../prompt-messages.ts";
import { readyUpTo, type Summaries, type Summary, type SummaryRecord, summaryAt } from "../summaries.ts";
import { type BudgetParts, tokenBudgetOf } from "../token-budget.ts";
import { nextWindowStart } from "../window.ts";
import { buildSummaryPrompt, type Material, saysSomething } from "./summary-prompt.ts";

export type SummariseParts = BudgetParts & {
  readonly summaries: Summaries;
  readonly store: ConversationStore;
  readonly countTokens: CountTokens;
};

/**
 * Has what leaves the window summarized, where that is wanted and due. Returns at once: nobody waits for it, and what a crash or a
 * failure leaves undone is found due again.
 */
export function summariseLeaving(conversation: Conversation, parts: SummariseParts): void {
  const { thread, start } = conversation;
  const isDue = start > 0 || nextWindowStart(conversation, tokenBudgetOf(parts).turns) !== undefined;
  if (!parts.settings.summaries || !isDue) return;
  parts.summaries.work(thread, start, (signal) => summarise(conversation, parts, signal));
}

async function summarise(conversation: Conversation, parts: SummariseParts, signal: AbortSignal): Promise<void> {
  const { thread } = conversation;
  const record = await parts.summaries.at(thread);
  const budget = tokenBudgetOf(parts);
  const upTo = dueUpTo(conversation, record, budget.turns);
  if (upTo === undefined) return;
  const earlier = record?.summaries.at(-1);
  const all = await leavingTurns(conversation, earlier, upTo, parts);
  const leftOut = leftOutOf([...all, ...conversation.turns]);
  const leaving = newestWithin(
    all.filter((turn) => !isLeftOut(turn, leftOut)),
    budget.turns,
  );
  if (!leaving.some(saysSomething)) return; // they were forgotten
  const most = budget.summary - frameTokens;
  const material = { earlier: earlier?.text, turns: leaving, words: Math.floor(most * wordsPerToken) };
  const { said, turns } = await askUnfiltered(material, parts, signal);
  const text = beginningWithin(said, most, parts.countTokens);
  if (text === "") throw new Error("the model said nothing");
  const { to: start } = await parts.store.passed(thread);
  const next: Summary = {
    text,
    tokens: parts.countTokens(summaryContent(text)) + turnOverhead,
    turns: (earlier?.turns ?? 0) + turns.length,
    upTo,
    since: Math.min(earlier?.since ?? Number.POSITIVE_INFINITY, ...leaving.map(({ at }) => at)),
    // Late, where the window has moved meanwhile: then it waits for the next step, unless nothing stands there yet.
    from: upTo <= start && summaryAt(record, start) !== undefined ? start + 1 : upTo,
  };
  await parts.summaries.keep(thread, next, peopleOf(turns));
}

/** Up to which turn there is something to summarize now: what leaves with the next step, or what has left without a word. */
function dueUpTo(conversation: Conversation, record: SummaryRecord | undefined, budget: number): number | undefined {
  const { start } = conversation;
  if (readyUpTo(record, start) > 0) return undefined;
  const next = nextWindowStart(conversation, budget);
  if (next !== undefined) return next;
  return start > 0 && summaryAt(record, start) === undefined ? start : undefined;
}

/** Turns that are read at the most. Older ones were left out before there was a summary. */
const mostTurns = 500;

/** Those in no summary yet; read from the store, since a step without a summary may have passed some. */
async function leavingTurns(
  { thread }: Conversation,
  earlier: Summary | undefined,
  upTo: number,
  { store }: SummariseParts,
): Promise<readonly Turn[]> {
  const { from: first } = await store.passed(thread);
  return store.read(thread, { from: Math.max(first, earlier?.upTo ?? 0, upTo - mostTurns), to: upTo });
}

/** The newest is always one of them: an answer may be longer than the window. */
function newestWithin(turns: readonly Turn[], budget: number): readonly Turn[] {
  let tokens = 0;
  const tooOld = turns.findLastIndex((turn, index) => {
    tokens += turn.tokens;
    return tokens > budget && index < turns.length - 1;
  });
  return turns.slice(tooOld + 1);
}

/** Tokens for the tags and the sentence that stand around a summary. */
const frameTokens = 40;

const wordsPerToken = 0.6;
/** Much more than any language needs: whoever goes on beyond that will not come to an end worth waiting for. */
const charactersPerWord = 20;

type Asked = { readonly said: string; readonly turns: readonly Turn[] };

/** Stands for what no filter lets be summarized; also to the model it says why there is nothing. */
export const unsaid = "(What was said before this is left out: the model's provider would not read it.)";

/** What a filter refuses is given up, so that it is not asked for again: the earlier summary stands, if that is not the cause. */
async function askUnfiltered(material: Material, parts: SummariseParts, signal: AbortSignal): Promise<Asked> {
  try {
    return await askShortening(material, parts, signal);
  } catch (error) {
    if (!(error instanceof ModelError) || error.code !== "filtered") throw error;
    if (material.earlier === undefined) return { said: unsaid, turns: [] };
  }
  const anew = await askUnfiltered({ ...material, earlier: undefined }, parts, signal);
  return anew.said === unsaid ? { said: material.earlier, turns: [] } : anew;
}

/** Puts a sentence in the place of all that the window has passed, where the model would not read it. */
export async function forgoSummary({ thread, start }: Conversation, parts: SummariseParts): Promise<void> {
  await parts.summaries.cancel(thread);
  const tokens = parts.countTokens(summaryContent(unsaid)) + turnOverhead;
  await parts.summaries.keep(thread, { text: unsaid, tokens, turns: 0, upTo: start, from: start }, []);
}

/** The model may read less than the window holds: then the older half is left out, until it can. */
async function askShortening(material: Material, parts: SummariseParts, signal: AbortSignal): Promise<Asked> {
  const { turns } = material;
  try {
    return { said: await ask(material, parts, signal), turns };
  } catch (error) {
    const isTooLong = error instanceof ModelError && error.code === "too-long";
    if (!isTooLong || turns.length < 2) throw error;
    return askShortening({ ...material, turns: turns.slice(Math.ceil(turns.length / 2)) }, parts, signal);
  }
}

async function ask(material: Material, { model }: SummariseParts, signal: AbortSignal): Promise<string> {
  const whole = createWellFormed();
  let text = "";
  for await (const event of model.stream({ messages: buildSummaryPrompt(material) }, signal)) {
    if (event.kind === "text") text += whole(event.text);
    if (event.kind === "end" && event.ending !== "whole" && event.ending !== "length")
      throw new Error(`the summary ended as ${event.ending}`);
    if (text.length > material.words * charactersPerWord) break;
  }
  return text.trim();
}

const peopleOf = (turns: readonly Turn[]) => turns.flatMap((turn) => (turn.kind === "person" ? [turn.author.id] : []));
