import { type Attack, attacksOn } from "./attacks.ts";

/** Short first: what takes exponential time must show it before it takes for ever. */
const lengths = [12, 16, 20, 24, 36, 54, 120, 360, 1_200];

/** Longer, where few places of a text begin what is pumped. */
const longer = [...lengths, 5_000];

/** Milliseconds. A linear pattern takes some microseconds. */
const suspicious = 0.4;

/** The attack under which a pattern's time grows faster than the text; undefined where none does. */
export function superlinear(pattern: RegExp): Attack | undefined {
  return attacksOn(pattern.source, pattern.flags).find(
    (attack) => isSuspicious(pattern, attack) && [1, 2, 3].filter(() => growsFaster(pattern, attack)).length > 1,
  );
}

export const textOf = ({ before, pump, after }: Attack, length: number): string =>
  before + pump.repeat(Math.ceil(length / pump.length)) + after;

const isSuspicious = (pattern: RegExp, attack: Attack): boolean =>
  (attack.pump.length > 2 ? longer : lengths).some((length) => msOf(pattern, textOf(attack, length), 1) > suspicious);

/** Four times the text takes four times the time, or some sixteen times where it is read anew from each of its places. */
function growsFaster(pattern: RegExp, attack: Attack): boolean {
  const before: number[] = [];
  for (let length = 12; length <= 200_000; length = Math.ceil(length * (length < 40 ? 1.2 : 2))) {
    const ms = msOf(pattern, textOf(attack, length), 3);
    const quarter = before.at(-2) ?? 0;
    if (ms > 100 || (ms > 8 && quarter > 0.1)) return ms / quarter > 6.5;
    before.push(ms);
  }
  return false;
}

/** The shortest of several times, since what else the machine does can only add to it. */
function msOf(pattern: RegExp, text: string, times: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < times; time++) {
    pattern.lastIndex = 0;
    const began = performance.now();
    if (pattern.global) text.replace(pattern, "");
    else pattern.test(text);
    least = Math.min(least, performance.now() - began);
    if (least > 50) break;
  }
  return least;
}
