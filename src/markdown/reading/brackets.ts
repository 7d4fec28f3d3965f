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
  /** For each bracket that was met: where it is closed, or while it is open, the one around it, as a negative number. */
  let known: Int32Array | undefined;
  let innermost = none;
  let next = 0;

  /** The place is one that the pass has met, or the pass begins anew there. */
  function turnTo(at: number, met: Int32Array): void {
    if (met[at] !== unmet) return;
    while (innermost !== none) {
      const around = aroundOf(met[innermost]);
      met[innermost] = unmet;
      innermost = around;
    }
    next = at;
  }

  function step(met: Int32Array): void {
    const sign = text.charAt(next);
    if (sign === "`") {
      next = endOfTicks(text, next, ticks);
      return;
    }
    if (sign === "[") {
      met[next] = -innermost - 2;
      innermost = next;
    } else if (sign === "]" && innermost !== none) {
      const around = aroundOf(met[innermost]);
      met[innermost] = next;
      innermost = around;
    }
    next += sign === "\\" ? 2 : 1;
  }

  return (at) => {
    known ??= new Int32Array(text.length);
    turnTo(at, known);
    while ((known[at] ?? 0) <= 0 && next < text.length && next - at < longest) step(known);
    const closing = known[at] ?? unmet;
    return closing > 0 && closing - at < longest ? closing : undefined;
  };
}

const unmet = 0;
const none = -1;
const aroundOf = (met: number | undefined) => -(met ?? 0) - 2;

/** Without an end the code may yet take in whatever follows. */
function endOfTicks(text: string, at: number, ticks: NextTicks): number {
  let end = at + 1;
  while (text.charAt(end) === "`") end++;
  const twin = ticks(end - at, end);
  return twin === Number.POSITIVE_INFINITY ? text.length : twin + end - at;
}
