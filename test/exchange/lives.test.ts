import fc from "fast-check";
import { test } from "vitest";
import { runs } from "../support/fuzz.ts";
import { check, live, steps, toText, ways } from "./life.ts";

/** `LIVES=20000 SEED=7 npx vitest run test/exchange/lives.test.ts` for a long run. */
const wanted = process.env["LIVES"];
const seed = process.env["SEED"];
const many = wanted === undefined ? runs(300, 1) : { numRuns: Number(wanted), seed: Number(seed ?? 1) };

test(
  "whatever is said, edited, deleted, stopped and killed: nothing is lost, doubled, or left half done",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps(), ways, async (done, how) => {
        const life = await live(done, how);
        try {
          check(life);
        } catch (error) {
          throw new Error(`${error instanceof Error ? error.message : error}\n${toText(life)}`);
        }
      }),
      many,
    );
  },
  wanted === undefined ? undefined : 24 * 60 * 60_000,
);
