import type { NextTicks } from "./signs.ts";

/**
 * Finds the bracket that closes the one at a place, if it is less than `longest` away: what is escaped or within code is none. One pass
 * answers for all brackets that it meets, so a text of nothing but brackets costs no more than any other. Asked from left to right.
 */
export function createClosingBracket(
  text: string,
  ticks: NextTicks,
  longest: number,
): (at: number) => number | undefined {
  /** For each place the one that closes it; else whether it is a bracket that was met. */
  let closings: Int32Array | undefined;
  let open: number[] = [];
  let next = 0;

  /** The place is one that the pass has met, or the pass begins anew there. */
  function turnTo(at: number, known: Int32Array): void {
    if (known[at] !== unmet) return;
    for (const one of open) known[one] = unmet;
    open = [];
    next = at;
  }

  function step(known: Int32Array): void {
    const sign = text.charAt(next);
    if (sign === "`") next = endOfTicks(text, next, ticks);
    else if (sign === "\\") next += 2;
    else {
      if (sign === "[") open.push(next);
      if (sign === "[") known[next] = unclosed;
      const closed = sign === "]" ? open.pop() : undefined;
      if (closed !== undefined) known[closed] = next;
      next++;
    }
  }

  return (at) => {
    closings ??= new Int32Array(text.length);
    turnTo(at, closings);
    while ((closings[at] ?? 0) <= 0 && next < text.length && next - at < longest) step(closings);
    const closing = closings[at] ?? unmet;
    return closing > 0 && closing - at < longest ? closing : undefined;
  };
}

const unmet = 0;
const unclosed = -1;

/** Without an end the code may yet take in whatever follows. */
function endOfTicks(text: string, at: number, ticks: NextTicks): number {
  let end = at + 1;
  while (text.charAt(end) === "`") end++;
  const twin = ticks(end - at, end);
  return twin === Number.POSITIVE_INFINITY ? text.length : twin + end - at;
}
