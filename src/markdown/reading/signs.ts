/** Where something stands next, from a place on; infinity where it does not. Asked from left to right, no place is looked at twice. */
export type Next = (from: number) => number;

/** The same for any sign. */
export type NextSign = (sign: string, from: number) => number;

export function createNextSign(text: string): NextSign {
  const known = new Map<string, number>();
  return (sign, from) => {
    const last = known.get(sign);
    if (last !== undefined && last >= from) return last;
    const found = text.indexOf(sign, from);
    const at = found === -1 ? Number.POSITIVE_INFINITY : found;
    known.set(sign, at);
    return at;
  };
}

/** What a pattern finds. */
export function createNextMatch(text: string, pattern: RegExp): Next {
  const searching = new RegExp(pattern, `g${pattern.flags}`);
  let last = -1;
  return (from) => {
    if (last >= from) return last;
    searching.lastIndex = from;
    last = searching.exec(text)?.index ?? Number.POSITIVE_INFINITY;
    return last;
  };
}

/** The next run of exactly so many backticks. May be asked in any order. */
export type NextTicks = (count: number, from: number) => number;

export function createNextTicks(text: string): NextTicks {
  let runs: ReadonlyMap<number, readonly number[]> | undefined;
  return (count, from) => {
    runs ??= runsOf(text);
    const places = runs.get(count) ?? [];
    let [least, most] = [0, places.length];
    while (least < most) {
      const middle = (least + most) >> 1;
      if ((places[middle] ?? from) < from) least = middle + 1;
      else most = middle;
    }
    return places[least] ?? Number.POSITIVE_INFINITY;
  };
}

/** Where runs of backticks begin, by their length. */
function runsOf(text: string): ReadonlyMap<number, readonly number[]> {
  const runs = new Map<number, number[]>();
  for (const { index, 0: run } of text.matchAll(/`+/g)) {
    const places = runs.get(run.length);
    if (places === undefined) runs.set(run.length, [index]);
    else places.push(index);
  }
  return runs;
}
