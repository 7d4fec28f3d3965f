import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ageOf, seenAt } from "./age.ts";

describe("the moment when a token is seen", () => {
  const ends = [4, 8, 12];

  test("is the first step that reaches its end", () => {
    const steps = [
      { at: 10, length: 4 },
      { at: 20, length: 11 },
      { at: 30, length: 12 },
    ];
    expect(seenAt(steps, ends)).toEqual([10, 20, 30]);
  });

  test("is one for all tokens that came in one step", () => {
    expect(seenAt([{ at: 7, length: 12 }], ends)).toEqual([7, 7, 7]);
  });

  test("never comes for what no step reaches", () => {
    expect(seenAt([{ at: 7, length: 9 }], ends)).toEqual([7, 7, undefined]);
    expect(seenAt([], ends)).toEqual([undefined, undefined, undefined]);
  });

  test("stays the first one where the text shrinks and comes again", () => {
    const steps = [
      { at: 1, length: 8 },
      { at: 2, length: 0 },
      { at: 3, length: 12 },
    ];
    expect(seenAt(steps, ends)).toEqual([1, 1, 3]);
  });
});

describe("the age of unseen text", () => {
  test("is the mean time from sent to seen, and in tokens that time's share of the stream", () => {
    expect(ageOf([0, 100, 200], [50, 250, 250])).toEqual({ meanMs: 250 / 3, tokens: 250 / 200 });
  });

  test("is unknown where a token was never seen", () => {
    expect(ageOf([0, 100], [50, undefined])).toBeUndefined();
    expect(ageOf([], [])).toBeUndefined();
  });

  test("is half the time between writes, where writes come evenly and show all that was sent", () => {
    const even = fc.record({ tokenMs: fc.integer({ min: 1, max: 50 }), each: fc.integer({ min: 2, max: 60 }) });
    fc.assert(
      fc.property(even, ({ tokenMs, each }) => {
        const sentAt = Array.from({ length: each * 20 }, (_, token) => (token + 1) * tokenMs);
        const steps = Array.from({ length: 20 }, (_, write) => ({
          at: (write + 1) * each * tokenMs,
          length: (write + 1) * each,
        }));
        const age = ageOf(
          sentAt,
          seenAt(
            steps,
            sentAt.map((_, token) => token + 1),
          ),
        );
        expect(age?.meanMs).toBeCloseTo(((each - 1) * tokenMs) / 2);
      }),
      { seed: 1 },
    );
  });
});
