import fc from "fast-check";
import { expect, test } from "vitest";
import { createHeap } from "../../src/runtime/heap.ts";
import { runs } from "../support/fuzz.ts";

test("property: what is taken comes in order, whatever is added in between", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { nil: undefined })), (steps) => {
      const heap = createHeap<number>((one, other) => one < other);
      const kept: number[] = [];
      for (const step of steps) {
        if (step !== undefined) {
          heap.add(step);
          kept.push(step);
          continue;
        }
        kept.sort((one, other) => one - other);
        expect(heap.first()).toBe(kept[0]);
        expect(heap.take()).toBe(kept.shift());
      }
      expect(heap.size).toBe(kept.length);
    }),
    runs(300, 13),
  );
});
