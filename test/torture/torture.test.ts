import { expect, test } from "vitest";
import { torture } from "./run.ts";

test("after kills, cut connections and faults each accepted question stands answered once, whole and in its place", async () => {
  const { counts, transcripts, failed } = await torture({ kills: 2, seed: 7, settleMs: 90_000 });
  expect(failed, `${transcripts}\n${counts}`).toBe(false);
}, 240_000);
