import { expect, test } from "vitest";
import { createDemand } from "../../src/model/demand.ts";
import type { Limits } from "../../src/port/index.ts";
import { createEditBudget } from "../../src/reply/edit-budget.ts";
import { createPacer } from "../../src/reply/pacer.ts";
import { createReplyHandle } from "../../src/reply/reply-handle.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { gate } from "../support/open-bot.ts";
import { createRecordingSurface, testLimits } from "../support/recording-surface.ts";

const limits: Limits = { ...testLimits, cursor: "" };

/** A pacer, and a model whose words wait while nobody could show them. */
function open() {
  const clock = createManualClock();
  const surface = createRecordingSurface(limits);
  const demand = createDemand();
  const pacer = createPacer({
    reply: createReplyHandle(surface, []),
    budget: createEditBudget(clock),
    clock,
    demand,
    fail: () => undefined,
  });
  let said = "";
  let offered = "";
  let reads = 0;
  const read = async () => {
    reads++;
    offered = said;
    pacer.offer(said);
  };
  demand.serve(() => (offered === said ? undefined : read()));
  return {
    clock,
    surface,
    pacer,
    demand,
    shown: () => surface.writes.map(({ content }) => content.markdown),
    reads: () => reads,
    say(words: string) {
      said += words;
      if (demand.isOpen) void read();
    },
  };
}

test("the first words are read and shown at once, and what comes while they are sent waits", async () => {
  const { clock, surface, say, shown, reads } = open();
  const sending = gate();
  surface.gate = sending.opened;
  say("a");
  await clock.pass(0);
  for (const word of " b c d".split(" ")) say(` ${word}`);
  expect(reads()).toBe(1);
  sending.open();
  await clock.pass(0);
  expect(shown()).toEqual(["a"]);
  expect(reads()).toBe(2);
});

test("each change shows all that has come by then, however few times it was read", async () => {
  const { clock, say, shown, reads } = open();
  for (let word = 0; word < 400; word++) {
    say(`word${word} `);
    const before = shown().length;
    await clock.pass(20);
    // The newest word may wait for its end.
    if (shown().length > before)
      expect(Number(/word(\d+)\s*$/.exec(shown().at(-1) ?? "")?.[1])).toBeGreaterThanOrEqual(word - 1);
  }
  expect(shown().length).toBeGreaterThan(5);
  expect(reads()).toBeLessThanOrEqual(3 * shown().length);
});

test("nothing waits behind a placeholder: it gives way to the first word", async () => {
  const { clock, pacer, demand, say, shown } = open();
  pacer.offer("thinking", true);
  expect(demand.isOpen).toBe(true);
  await clock.pass(0);
  say("a");
  await clock.pass(0);
  expect(shown()).toEqual(["thinking", "a"]);
});

test("whatever ends a reply, the demand is left open", async () => {
  for (const end of ["settle", "abandon"] as const) {
    const { clock, pacer, demand, say } = open();
    say("a");
    say("b");
    await clock.pass(0);
    say("c");
    const ended = end === "settle" ? pacer.settle("abc", []) : pacer.abandon();
    await clock.pass(60_000);
    await ended;
    expect(demand.isOpen).toBe(true);
  }
});
