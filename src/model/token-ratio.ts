/** How many tokens a model's server counts where we count one. */
export interface TokenRatios {
  /** 1 until the server has said something. */
  of(model: string): number;
  /** The same prompt as we counted it and as the server did. */
  learn(model: string, counted: number, measured: number): void;
}

/**
 * Our count has OpenAI's vocabulary, so for another model it is off by a factor that depends on the vocabulary and on the language
 * spoken. It is kept in memory alone: the first answer after a start tells it again.
 */
export function createTokenRatios(): TokenRatios {
  const sums = new Map<string, Sums>();

  return {
    of(model) {
      const { counted, measured } = sums.get(model) ?? prior;
      return measured / counted;
    },
    learn(model, counted, measured) {
      // No vocabulary needs so few tokens: such a server leaves out what it had in its cache.
      if (!(counted > 0) || !(measured >= counted * least)) return;
      const before = sums.get(model) ?? prior;
      sums.set(model, {
        counted: before.counted * fading + counted,
        measured: before.measured * fading + Math.min(measured, counted * most),
      });
    },
  };
}

/** Sums rather than ratios: a long prompt tells more than a short one, in which the server's own frame weighs much. */
type Sums = { readonly counted: number; readonly measured: number };

/** Prior weight, so that one short prompt does not dominate. */
const prior: Sums = { counted: 500, measured: 500 };

/** What is left of the earlier prompts' weight with each new one. */
const fading = 0.8;

const least = 0.5;
const most = 3;
