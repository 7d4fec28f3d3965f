import type { Step } from "./correctness.ts";

/** How long text that the bot had was not seen. */
export type Age = {
  /** The mean over all tokens of the time from being sent to being seen. */
  readonly meanMs: number;
  /** How many tokens were sent and not seen yet, averaged over the time of the stream. */
  readonly tokens: number;
};

/** When each token was first seen: at the first step that reaches its end. Undefined where none does. */
export function seenAt(steps: readonly Step[], ends: readonly number[]): readonly (number | undefined)[] {
  let step = 0;
  let length = 0;
  return ends.map((end) => {
    while (length < end && step < steps.length) {
      length = steps[step]?.length ?? 0;
      step += 1;
    }
    return length >= end ? steps[Math.max(0, step - 1)]?.at : undefined;
  });
}

/** Undefined if part of the text was never seen: there is no mean then that would not flatter. */
export function ageOf(sentAt: readonly number[], seen: readonly (number | undefined)[]): Age | undefined {
  const delays = sentAt.map((at, token) => (seen[token] ?? Number.NaN) - at);
  const sum = delays.reduce((total, delay) => total + Math.max(0, delay), 0);
  if (Number.isNaN(sum) || delays.length === 0) return undefined;
  const streamMs = (sentAt.at(-1) ?? 0) - (sentAt[0] ?? 0);
  return { meanMs: sum / delays.length, tokens: streamMs > 0 ? sum / streamMs : 0 };
}
