import type { CoreSettings } from "../limits/core-settings.ts";
import type { ModelClient } from "../model/model-client.ts";
import type { TokenRatios } from "../model/token-ratio.ts";

/** Tokens as we count them; the server's own count is allowed for. */
export type TokenBudget = {
  /** What the turns of a prompt may have together. */
  readonly turns: number;
  /** What one message may have at the most, so that there is room for its answer and a question after it. */
  readonly message: number;
  /** What a summary of earlier turns may have, its frame included; 0 where none are made. */
  readonly summary: number;
};

/** What summaries may take of the window, and what they never need more of. */
const summaryShare = 0.2;
const longestSummary = 500;

const messageShare = 0.6;

export type BudgetParts = {
  readonly settings: CoreSettings;
  readonly model: ModelClient;
  readonly tokenRatios: TokenRatios;
};

/** What fits into a prompt for the model that is asked. */
export function tokenBudgetOf({ settings, model, tokenRatios }: BudgetParts): TokenBudget {
  const whole = settings.windowTokens / tokenRatios.of(model.model);
  const summary = settings.summaries ? Math.min(longestSummary, whole * summaryShare) : 0;
  const turns = whole - summary;
  return { turns, message: turns * messageShare, summary };
}
