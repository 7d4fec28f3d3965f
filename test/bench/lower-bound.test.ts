import { expect, test } from "vitest";
import { lowestAge } from "./lower-bound.ts";

const load = { roundTripMs: 100, streamMs: 6_000 } as const;

test.each([
  ["discord", 1, 550, "five edits in five seconds: a write a second"],
  ["discord", 50, 550, "fifty channels use all of the fifty requests a second"],
  ["discord", 100, 1_050, "a hundred share them: a write every two seconds"],
  ["slack", 1, 100, "one stream is held back by its round trips alone"],
  ["slack", 5, 150, "150 writes for thirty seconds of text: one every 200 ms"],
  ["slack", 100, 2_050, "150 writes for ten minutes of text: one every four seconds"],
] as const)("on %s, of %i replies at once, is %i ms: %s", (platform, replies, lowest, _why) => {
  expect(lowestAge({ ...load, platform, replies })).toBe(lowest);
});

test("a stream of minutes gets each minute's allowance on Slack", () => {
  expect(lowestAge({ platform: "slack", replies: 2, streamMs: 120_000, roundTripMs: 100 })).toBe(450);
});

test("of an answer that is over at once is half of it and the way to the reader", () => {
  expect(lowestAge({ platform: "discord", replies: 1, streamMs: 80, roundTripMs: 100 })).toBe(90);
});
