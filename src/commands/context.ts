import { costOf } from "../model/price.ts";
import type { Place, ThreadId } from "../port/index.ts";
import { buildPrompt, turnTokens, type Window } from "../prompt/build-prompt.ts";
import { summaryAt } from "../prompt/summaries.ts";
import { tokenBudgetOf } from "../prompt/token-budget.ts";
import { joined } from "../reply/notices.ts";
import { sentences } from "../sentences/sentences.ts";
import type { ConversationStore, Span } from "../store/conversation-store.ts";
import type { Command, CommandCall, CommandParts } from "./command.ts";

const said = sentences.commands.context;

export const context: Command = {
  name: "context",
  summary: said.summary,
  options: [],
  private: true,
  when: "at-once",
  async run(call) {
    const { place, channelWide, parts } = call;
    const { persona } = await parts.personas.at(place);
    const head = said.head(persona.title, parts.model.model);
    if (channelWide || isOutside(place)) return `${head} ${said.outside}`;
    return `${head} ${said.next}\n${lines(await measure(call)).join("\n")}`;
  },
};

const isOutside = ({ kind, isInbox }: Place): boolean => kind === "new-thread" || isInbox === true;

/** Turns and their tokens. */
type Share = { readonly turns: number; readonly tokens: number };

type Measured = {
  readonly sent: Share;
  readonly summarised: Share;
  readonly leftOut: Share;
  /** Tokens of the persona and the rules. */
  readonly rules: number;
  readonly most: number;
  readonly dollars: number | undefined;
};

/** As the server counts tokens, as far as it has told. */
async function measure({ place, author, parts }: CommandCall): Promise<Measured> {
  const { persona } = await parts.personas.at(place);
  const { window, passed } = await windowOf(place, parts);
  const prompt = buildPrompt({ place, author, persona, window }, parts);
  const leftOut = await shareOf(leftOutSpans(window, passed), place.thread, parts.store);
  const budget = tokenBudgetOf(parts);
  const { price } = parts.settings;
  const ratio = parts.tokenRatios.of(parts.model.model);
  const inServers = (tokens: number) => Math.round(tokens * ratio);
  const [sent, summarised] = [turnTokens(window), window.summary?.tokens ?? 0];
  return {
    sent: { turns: window.conversation.turns.length, tokens: inServers(sent) },
    summarised: { turns: window.summary?.turns ?? 0, tokens: inServers(summarised) },
    leftOut: { ...leftOut, tokens: inServers(leftOut.tokens) },
    rules: inServers(prompt.tokens - sent - summarised),
    most: inServers(budget.turns + budget.summary),
    dollars: price && costOf({ input: inServers(prompt.tokens), output: 0 }, price),
  };
}

type Looked = { readonly window: Window; readonly passed: Span };

async function windowOf(place: Place, { channelResets, summaries, store }: CommandParts): Promise<Looked> {
  const { thread } = place;
  const conversation = await channelResets.peek(place);
  if (conversation === undefined) {
    const empty = { thread, joined: true, start: 0, next: 0, turns: [] };
    return { window: { conversation: empty, summary: undefined }, passed: { from: 0, to: 0 } };
  }
  const summary = summaryAt(await summaries.at(thread), conversation.start);
  return { window: { conversation, summary }, passed: await store.passed(thread) };
}

/** What lies before the summary, and between it and the window. */
function leftOutSpans({ conversation, summary }: Window, { from }: Span): readonly Span[] {
  const { start } = conversation;
  if (summary === undefined) return [{ from, to: start }];
  return [
    { from, to: Math.max(from, summary.upTo - summary.turns) },
    { from: Math.max(from, summary.upTo), to: start },
  ];
}

const turnsPerRead = 250;

async function shareOf(spans: readonly Span[], thread: ThreadId, store: ConversationStore): Promise<Share> {
  let [turns, tokens] = [0, 0];
  for (const span of spans) {
    for (let from = span.from; from < span.to; from += turnsPerRead) {
      const page = await store.read(thread, { from, to: Math.min(from + turnsPerRead, span.to) });
      turns += page.length;
      tokens += page.reduce((sum, turn) => sum + turn.tokens, 0);
    }
  }
  return { turns, tokens };
}

function lines({ sent, summarised, leftOut, rules, most, dollars }: Measured): readonly string[] {
  const together = rules + summarised.tokens + sent.tokens;
  return [
    said.rules(rules),
    said.wordForWord(sent.turns, sent.tokens),
    said.summarized(summarised.turns, summarised.tokens),
    said.leftOut(leftOut.turns, leftOut.tokens),
    joined(said.total(together, most), dollars === undefined ? undefined : said.cost(dollars)),
  ];
}
