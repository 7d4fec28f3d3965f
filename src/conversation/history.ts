import type { Conversation } from "../store/conversation-store.ts";

/** What is left of the budget when the window moves. */
const keptShare = 0.6;

/**
 * The conversation as far as the budget of tokens reaches. The window moves in steps: when the budget is passed, its start jumps
 * so that 60 % are left, and then stays for many turns, so that successive prompts share their beginning and the provider's
 * prompt cache keeps hitting. The newest turn is always kept, and a window begins with a person.
 */
export function narrow(conversation: Conversation, budget: number): Conversation {
  const { turns } = conversation;
  let from = tokensOf(turns) <= budget ? 0 : startOfNewest(turns, budget * keptShare);
  while (from < turns.length - 1 && turns[from]?.kind === "bot") from++;
  return from === 0 ? conversation : { ...conversation, start: conversation.start + from, turns: turns.slice(from) };
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
