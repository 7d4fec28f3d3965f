import { beforeAll, describe, expect, test } from "vitest";
import { closeSpans } from "../../src/markdown/cutting/close-spans.ts";
import { split } from "../../src/markdown/cutting/split.ts";
import { render } from "../../src/markdown/drawing/render.ts";
import type { Limits } from "../../src/port/index.ts";
import { createReplyHandle } from "../../src/reply/reply-handle.ts";
import { constructs, textOf } from "../support/constructs.ts";
import { cpuMs } from "../support/cpu.ts";
import { runs } from "../support/fuzz.ts";
import { createSilentSurface } from "../support/silent-surface.ts";

// A reader that looks at a text anew for each piece of it takes four times as long for twice the text. The processor's time is measured,
// and measured again when it has grown too much. `FUZZ_RUNS=2` runs the whole table: 10, 20 and 40 kB, and a line of a megabyte of everything.

const whole = runs(1, 0).numRuns > 1;
const states = whole ? 100 : 2;
const rounds = 5;
const mostPerDoubling = 2.6;
/** What is not linear takes far longer for the longest text; and below that the clock is too coarse. */
const quickMs = whole ? 20 : 12;

const pace = { bucket: "test", count: 5, periodMs: 5_000, cursor: " ▌" };
const discord: Limits = {
  ...pace,
  maxLength: 2_000,
  dialect: { tables: { maxWidth: 80 }, headings: 3, math: "code", maxCodeLength: 3_500 },
};
const slack: Limits = { ...pace, maxLength: 10_000, dialect: { tables: "native", headings: 6, math: "code" } };

/** An answer as it goes through the bot: shown while it grows, closed and settled. */
async function answer(text: string, limits: Limits): Promise<void> {
  const reply = createReplyHandle(createSilentSurface(limits), []);
  const step = Math.ceil(text.length / states);
  for (let length = step; length < text.length; length += step) await reply.show(text.slice(0, length));
  await reply.settle(closeSpans(text), []);
}

/** By how much the time grows for each doubling: the greatest of the steps, and the least of some rounds. */
async function growthOf(construct: string, limits: Limits): Promise<number> {
  // A text shorter than a message has no cut.
  const sizes = whole ? [40_000, 20_000, 10_000] : [6 * limits.maxLength, 1.5 * limits.maxLength];
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && least > mostPerDoubling; round++) {
    const times: number[] = [];
    for (const size of sizes) {
      times.push(await cpuMs(() => answer(textOf(construct, size), limits), times.length === 0 ? 0 : quickMs));
      if (times.length === 1 && (times[0] ?? 0) < quickMs) return 1;
    }
    const steps = sizes.slice(1).map((size, index) => {
      const doublings = Math.log2((sizes[index] ?? size) / size);
      return ((times[index] ?? 0) / (times[index + 1] ?? 1)) ** (1 / doublings);
    });
    least = Math.min(least, Math.max(...steps));
  }
  return least;
}

describe.each([
  ["Discord", discord],
  ["Slack", slack],
] as const)("the work grows with the length alone, on %s, of", (_, limits) => {
  beforeAll(async () => {
    for (const construct of Object.keys(constructs)) await answer(textOf(construct, 1_000), limits);
  });

  test.each(Object.keys(constructs))("%j", { timeout: 120_000 }, async (construct) => {
    expect(await growthOf(construct, limits)).toBeLessThan(mostPerDoubling);
  });

  test.each(whole ? Object.keys(constructs) : ["one word", "\\("])(
    "a line of a megabyte of %j",
    { timeout: 120_000 },
    async (construct) => {
      const text = textOf(construct, 1_000_000).replaceAll("\n", " ");
      await expect(answer(text, limits)).resolves.toBeUndefined();
    },
  );
});

test.each([
  ["marks on one letter", `a${"\u0301".repeat(9_000)}`],
  ["joiners", "\u200d".repeat(9_000)],
  ["families joined to one", "👨\u200d".repeat(3_000)],
  ["half characters", "\ud83d".repeat(9_000)],
  ["backticks", "`".repeat(9_000)],
  ["spaces and a letter", `${" ".repeat(9_000)}x`],
  ["a row of a table", `| a |\n|---|\n| ${"x".repeat(9_000)} |\n`],
])("each message of nothing but %s holds a good part of it", (_, text) => {
  const parts = split(text, 2_000, (markdown) => render(markdown, discord.dialect));
  expect(parts.length).toBeLessThanOrEqual(6);
});
