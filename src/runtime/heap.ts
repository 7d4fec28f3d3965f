/** A pile from which the least comes first: adding and taking cost the logarithm of its size. */
export interface Heap<T> {
  readonly size: number;
  add(item: T): void;
  /** The least; undefined where there is none. */
  first(): T | undefined;
  take(): T | undefined;
}

/** `isBefore` must not change its mind about items that are in it. */
export function createHeap<T>(isBefore: (one: T, other: T) => boolean): Heap<T> {
  const items: T[] = [];

  const at = (index: number): T => items[index] as T; // asked for within its length alone

  function swap(one: number, other: number): void {
    [items[one], items[other]] = [at(other), at(one)];
  }

  function rise(from: number): void {
    for (let index = from; index > 0; ) {
      const above = (index - 1) >> 1;
      if (!isBefore(at(index), at(above))) return;
      swap(index, above);
      index = above;
    }
  }

  function sink(): void {
    for (let index = 0; ; ) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let least = index;
      for (const below of [left, right]) if (below < items.length && isBefore(at(below), at(least))) least = below;
      if (least === index) return;
      swap(index, least);
      index = least;
    }
  }

  return {
    get size() {
      return items.length;
    },
    add(item) {
      items.push(item);
      rise(items.length - 1);
    },
    first: () => items[0],
    take() {
      const last = items.pop();
      if (last === undefined || items.length === 0) return last;
      const [first] = items;
      items[0] = last;
      sink();
      return first;
    },
  };
}
