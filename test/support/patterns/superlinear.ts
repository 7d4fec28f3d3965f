import { workedMs } from "../worked-ms.ts";
import { type Attack, attacksOn } from "./attacks.ts";

/** Short first: what takes exponential time must show it before it takes for ever. */
const lengths = [12, 16, 20, 24, 36, 54, 120, 360, 1_200];

/** Longer, where few places of a text begin what is pumped. */
const longer = [...lengths, 5_000];

/** Milliseconds. A linear pattern takes some microseconds, and a fast machine reads a thousand signs anew from each of them in half of one. */
const suspicious = 0.1;

/** The attack under which a pattern's time grows faster than the text; undefined where none does. */
export async function superlinear(pattern: RegExp): Promise<Attack | undefined> {
  for (const attack of attacksOn(pattern.source, pattern.flags)) {
    if ((await isSuspicious(pattern, attack)) && (await growsFaster(pattern, attack))) return attack;
  }
  return undefined;
}

export const textOf = ({ before, pump, after }: Attack, length: number): string =>
  before + pump.repeat(Math.ceil(length / pump.length)) + after;

async function isSuspicious(pattern: RegExp, attack: Attack): Promise<boolean> {
  for (const length of attack.pump.length > 2 ? longer : lengths) {
    if ((await msOf(pattern, textOf(attack, length), 1)) > suspicious) return true;
  }
  return false;
}

/** Four times the text takes four times the time, or some sixteen times where it is read anew from each of its places. */
async function growsFaster(pattern: RegExp, attack: Attack): Promise<boolean> {
  const before: number[] = [];
  for (let length = 12; length <= 200_000; length = Math.ceil(length * (length < 40 ? 1.2 : 2))) {
    const ms = await msOf(pattern, textOf(attack, length), 3);
    if (ms > 40) return ms / (before.at(-2) ?? 0) > 6.5;
    before.push(ms);
  }
  return false;
}

/** The shortest of several times, since what else the machine does can only add to it. */
async function msOf(pattern: RegExp, text: string, times: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < times; time++) {
    pattern.lastIndex = 0;
    const ms = await workedMs(() => (pattern.global ? text.replace(pattern, "") : pattern.test(text)));
    least = Math.min(least, ms);
    if (least > 50) break;
  }
  return least;
}
