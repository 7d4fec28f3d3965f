import fc from "fast-check";
import { test } from "vitest";
import { check, live, steps, toText, ways } from "./life.ts";

/** Lives whose every point is tried; `KILL_LIVES=2000 SEED=7 npx vitest run test/exchange/kill-points.test.ts` for a long run. */
const wanted = process.env["KILL_LIVES"];
const lives = Number(wanted ?? 8);

test(
  "a kill before and after every write and every send loses nothing, doubles nothing, and leaves nothing half done",
  async () => {
    let points = 0;
    await fc.assert(
      fc.asyncProperty(steps(8), ways, async (done, how) => {
        const whole = await live(done, how);
        for (let point = 0; point < whole.points; point++) {
          for (const when of ["before", "after"] as const) {
            points++;
            const life = await live(done, how, { point, when });
            try {
              check(life);
            } catch (error) {
              const told = error instanceof Error ? error.message : error;
              throw new Error(`killed ${when} point ${point} of ${whole.points}: ${told}\n${toText(life)}`);
            }
          }
        }
      }),
      { numRuns: lives, seed: Number(process.env["SEED"] ?? 3) },
    );
    if (wanted !== undefined) console.log(`${lives} lives, ${points} kills`);
  },
  wanted === undefined ? undefined : 24 * 60 * 60_000,
);
