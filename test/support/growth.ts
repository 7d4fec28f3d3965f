import { workedMs } from "./worked-ms.ts";

/** What is measured of a text of so many UTF-16 units, or of so many pieces. */
export type Work = (length: number) => unknown;

/** Growth that a doubling of the length may have: twice, and room for caches. */
const mostPerDoubling = 2.6;

/**
 * What takes less than this at the third length is not worth a second look: memory and other processes cost as much, and reading 40,000
 * signs anew from each five hundredth of them costs more.
 */
const negligibleMs = (exact: boolean): number => (exact ? 2 : 20);

/**
 * Why this does not take time in proportion to the length; undefined if it does. Looks once, and measures what is conspicuous again
 * and again: whatever else the machine does only adds to a time, so the shortest of all counts. Some doublings may cost more,
 * where what is made outgrows a cache; a square costs more each time. `exact` leaves the quick look out.
 */
export async function growth(work: Work, from = 10_000, exact = false): Promise<string | undefined> {
  const lengths = [from, 2 * from, 4 * from, 8 * from];
  if (!exact) {
    const [short, long] = [await msOf(work, from, 0), await msOf(work, 4 * from, 0)];
    if (long < negligibleMs(exact) || long <= mostPerDoubling ** 2 * short) return undefined;
  }
  const least = lengths.map(() => Number.POSITIVE_INFINITY);
  for (let look = 0; look < 7; look++) {
    for (const [at, length] of lengths.entries()) {
      least[at] = Math.min(least[at] ?? 0, await msOf(work, length, 20));
    }
    const growths = least.slice(1).map((ms, at) => ms / (least[at] ?? 0));
    const isLinear = growths.some((one) => one <= mostPerDoubling);
    if ((least[2] ?? 0) < negligibleMs(exact) || isLinear) return undefined;
    // A square takes 64 times as long: what is so far from its measure need not be looked at for ever.
    if (look > 0 && (least[3] ?? 0) > 40 * (least[0] ?? 0)) break;
  }
  return `ms at ${lengths.join(", ")}: ${least.map((ms) => ms.toFixed(2)).join(", ")}`;
}

/** The shortest of as many runs as take so many milliseconds together, and of five at least where time is to be measured. */
async function msOf(work: Work, length: number, togetherMs: number): Promise<number> {
  const least = togetherMs === 0 ? 1 : 5;
  let shortest = Number.POSITIVE_INFINITY;
  let together = 0;
  for (let run = 0; run < least || together < togetherMs; run++) {
    const ms = await workedMs(() => work(length));
    shortest = Math.min(shortest, ms);
    together += Math.max(ms, 1);
    if (ms > 200) break;
  }
  return shortest;
}
