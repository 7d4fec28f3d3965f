import type { Conversation } from "../store/conversation-store.ts";

/** What is left of the budget when the window moves. */
const keptShare = 0.6;

/** How full the window is when a summary is begun of what will leave it next. */
const preparedAt = 0.8;

/**
 * The conversation as far as the budget of tokens reaches. The window moves in steps: when the budget is passed, its start jumps
 * so that 60 % are left, and then stays for many turns, so that successive prompts share their beginning and the provider's
 * prompt cache keeps hitting. The newest turn is always kept, and a window begins with a person. `prepared` is the number of the
 * turn up to which a summary has been made: where that makes enough room, the start jumps there, and nothing falls between the two.
 */
export function trimWindow(conversation: Conversation, budget: number, prepared = 0): Conversation {
  const { turns } = conversation;
  let from = tokensOf(turns) <= budget ? 0 : nextStart(turns, budget, prepared - conversation.start);
  while (from < turns.length - 1 && turns[from]?.kind === "bot") from++;
  return from === 0 ? conversation : { ...conversation, start: conversation.start + from, turns: turns.slice(from) };
}

/**
 * The number of the turn at which the window should begin when it moves next; undefined while there is room. Known a while before
 * it moves, so that a summary of what will leave can be made in time. What is kept then is what would be kept without one.
 */
export function nextWindowStart({ turns, start }: Conversation, budget: number): number | undefined {
  if (tokensOf(turns) <= budget * preparedAt) return undefined;
  let from = startOfNewest(turns, budget * (keptShare - (1 - preparedAt)));
  while (turns[from]?.kind === "bot") from++;
  return from === 0 ? undefined : start + from;
}

function nextStart(turns: Conversation["turns"], budget: number, prepared: number): number {
  const isEnough = prepared > 0 && prepared < turns.length && tokensOf(turns.slice(prepared)) <= budget;
  return isEnough ? prepared : startOfNewest(turns, budget * keptShare);
}

/** Where the newest turns begin that fit into so many tokens together. */
function startOfNewest(turns: Conversation["turns"], tokens: number): number {
  let from = turns.length - 1;
  let kept = turns[from]?.tokens ?? 0;
  for (; from > 0; from--) {
    kept += turns[from - 1]?.tokens ?? 0;
    if (kept > tokens) break;
  }
  return from;
}

export function tokensOf(turns: Conversation["turns"]): number {
  return turns.reduce((sum, turn) => sum + turn.tokens, 0);
}
