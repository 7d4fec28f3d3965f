import { expect, test } from "vitest";
import { type Limits, PlatformError } from "../../src/port/index.ts";
import { createEditBudget } from "../../src/reply/edit-budget.ts";
import { createPacer } from "../../src/reply/pacer.ts";
import { createReplyHandle } from "../../src/reply/reply-handle.ts";
import { never } from "../../src/runtime/clock.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { gate } from "../support/open-bot.ts";
import { createRecordingSurface, testLimits } from "../support/recording-surface.ts";

const limits: Limits = { ...testLimits, cursor: "" };
/** Interim edits are spread over the period, one slot being kept for finals. */
const intervalMs = limits.periodMs / (limits.count - 1);
/** No two changes of a message come nearer than that. */
const soonMs = (limits.periodMs / limits.count) * 0.62;

function openPacer() {
  const clock = createManualClock();
  const surface = createRecordingSurface(limits);
  const failures: unknown[] = [];
  const budget = createEditBudget(clock);
  const pacer = createPacer({
    reply: createReplyHandle(surface, []),
    budget,
    clock,
    fail: (error) => failures.push(error),
  });
  return {
    budget,
    clock,
    surface,
    failures,
    pacer,
    shown: () => surface.writes.map(({ content }) => content.markdown),
  };
}

const unavailable = () => new PlatformError("unavailable", "down");

test("the first text is shown at once", async () => {
  const { clock, pacer, shown } = openPacer();
  pacer.offer("a");
  await clock.pass(0);
  expect(shown()).toEqual(["a"]);
});

test("texts that were overtaken while waiting are skipped", async () => {
  const { clock, pacer, shown } = openPacer();
  for (const text of ["a", "ab", "abc"]) pacer.offer(text);
  await clock.pass(intervalMs);
  expect(shown()).toEqual(["a", "abc"]);
});

test("the second text follows soon, since the first was no edit, and the third waits for its turn", async () => {
  const { clock, pacer, shown } = openPacer();
  pacer.offer("a");
  await clock.pass(0);
  pacer.offer("ab");
  await clock.pass(soonMs - 1);
  expect(shown()).toEqual(["a"]);
  await clock.pass(1);
  expect(shown()).toEqual(["a", "ab"]);
  pacer.offer("abc");
  await clock.pass(intervalMs - 1);
  expect(shown()).toEqual(["a", "ab"]);
  await clock.pass(1);
  expect(shown()).toEqual(["a", "ab", "abc"]);
});

test("while one write is under way no other begins, and the newest text follows it", async () => {
  const { clock, surface, pacer, shown } = openPacer();
  const held = gate();
  pacer.offer("a");
  await clock.pass(0);
  surface.gate = held.opened;
  for (const text of ["ab", "abc", "abcd"]) {
    pacer.offer(text);
    await clock.pass(60_000);
  }
  surface.gate = Promise.resolve();
  await clock.pass(60_000);
  expect(shown()).toEqual(["a"]);
  held.open();
  await clock.pass(60_000);
  expect(shown()).toEqual(["a", "ab", "abcd"]);
});

test("a settled text is written last, after the write that is under way, and nothing follows it", async () => {
  const { clock, surface, pacer, shown } = openPacer();
  const held = gate();
  surface.gate = held.opened;
  pacer.offer("a");
  await clock.pass(0);
  pacer.offer("ab");
  const settled = pacer.settle("abc", []);
  pacer.offer("abcd");
  await clock.pass(60_000);
  held.open();
  await clock.pass(60_000);
  await settled;
  pacer.offer("abcde");
  await clock.pass(60_000);
  expect(shown()).toEqual(["a", "abc"]);
  expect(surface.texts).toEqual(["abc"]);
});

test("a text that waits for its turn is overtaken by the settled one at once", async () => {
  const { clock, pacer, shown } = openPacer();
  for (const text of ["a", "ab", "abc"]) {
    pacer.offer(text);
    await clock.pass(soonMs);
  }
  const settled = pacer.settle("abcd", []);
  await clock.pass(0);
  expect(shown()).toEqual(["a", "ab", "abcd"]);
  await settled;
});

test("a reply that never offered a text is settled at once", async () => {
  const { pacer, shown } = openPacer();
  await pacer.settle("all of it", []);
  expect(shown()).toEqual(["all of it"]);
});

test("an offered text that the platform did not take is made good by the next one", async () => {
  const { clock, surface, failures, pacer, shown } = openPacer();
  pacer.offer("a");
  await clock.pass(0);
  surface.failWith(unavailable());
  pacer.offer("ab");
  await clock.pass(10_000);
  pacer.offer("abc");
  await clock.pass(10_000);
  expect(shown()).toEqual(["a", "abc"]);
  expect(failures).toEqual([]);
});

test("a platform that names a time to wait is left alone until then, whatever is offered", async () => {
  const { clock, surface, pacer, shown } = openPacer();
  pacer.offer("a");
  await clock.pass(0);
  surface.failWith(new PlatformError("rate-limited", "slow down", { retryAfterMs: 20_000 }));
  for (const text of ["ab", "abc", "abcd"]) {
    pacer.offer(text);
    await clock.pass(6_000);
  }
  expect(shown()).toEqual(["a"]);
});

test("a platform that named a time to wait is left alone until then also by the settled text", async () => {
  const { clock, surface, pacer, shown } = openPacer();
  surface.failWith(new PlatformError("rate-limited", "slow down", { retryAfterMs: 20_000 }));
  pacer.offer("a");
  await clock.pass(5_000);
  const settled = pacer.settle("ab", []);
  await clock.pass(14_999);
  expect(shown()).toEqual([]);
  await clock.pass(1);
  expect(shown()).toEqual(["ab"]);
  await settled;
});

test("a settled text is tried again after pauses that grow", async () => {
  const { clock, surface, pacer, shown } = openPacer();
  surface.failWith(unavailable(), unavailable(), unavailable());
  const settled = pacer.settle("all", []);
  await clock.pass(500 + 1_000 + 2_000 - 1);
  expect(shown()).toEqual([]);
  await clock.pass(1);
  expect(shown()).toEqual(["all"]);
  await settled;
});

test("a settled text is tried again when the platform said so, not earlier", async () => {
  const { clock, surface, pacer, shown } = openPacer();
  surface.failWith(new PlatformError("rate-limited", "slow down", { retryAfterMs: 7_000 }));
  const settled = pacer.settle("all", []);
  await clock.pass(6_999);
  expect(shown()).toEqual([]);
  await clock.pass(1);
  expect(shown()).toEqual(["all"]);
  await settled;
});

test("a platform that stays away for two minutes makes settle reject", async () => {
  const { clock, surface, pacer } = openPacer();
  surface.failWith(...Array.from({ length: 9 }, unavailable));
  const settled = pacer.settle("all", []);
  const outcome = expect(settled).rejects.toMatchObject({ code: "unavailable" });
  await clock.pass(121_000);
  await outcome;
});

test.each(["gone", "forbidden", "closed", "blocked", "invalid"] as const)(
  "a platform that says %s is not asked again, while writing and when settling",
  async (code) => {
    const { clock, surface, failures, pacer, shown } = openPacer();
    surface.failWith(new PlatformError(code, "no"));
    pacer.offer("a");
    await clock.pass(0);
    pacer.offer("ab");
    await clock.pass(60_000);
    expect(failures).toMatchObject([{ code }]);
    expect(shown()).toEqual([]);

    surface.failWith(new PlatformError(code, "no"));
    await expect(pacer.settle("abc", [])).rejects.toMatchObject({ code });
    expect(shown()).toEqual([]);
  },
);

test("an error nobody foresaw is reported and not tried again", async () => {
  const { clock, surface, failures, pacer, shown } = openPacer();
  surface.failWith(new TypeError("a bug"));
  pacer.offer("a");
  await clock.pass(0);
  pacer.offer("ab");
  await clock.pass(60_000);
  expect(failures).toMatchObject([{ message: "a bug" }]);
  expect(shown()).toEqual([]);
});

test("a reply that rolls over into new messages spends only the edits it made", async () => {
  const { clock, surface, pacer } = openPacer();
  const words = "word ".repeat(2_000);
  for (let length = 100; length <= words.length; length += 100) {
    pacer.offer(words.slice(0, length));
    await clock.pass(250);
  }
  const settled = pacer.settle(words, []);
  await clock.pass(limits.periodMs);
  await settled;
  expect(surface.texts.join("")).toBe(words);
  expect(surface.texts).toHaveLength(6);
});

test("the settled text takes its place in the bucket, and waits where the bucket is full", async () => {
  const { clock, budget, pacer, shown } = openPacer();
  pacer.offer("a");
  await clock.pass(0);
  for (let edit = 0; edit < limits.count; edit++) await budget.take(limits, "final", never);
  const settled = pacer.settle("ab", []);
  await clock.pass(limits.periodMs - 1);
  expect(shown()).toEqual(["a"]);
  await clock.pass(1);
  await settled;
  expect(shown()).toEqual(["a", "ab"]);
});

/** A place where no message may be made for ten seconds. */
async function openFullPosts() {
  const clock = createManualClock();
  const posts = { bucket: "posts", count: 1, periodMs: 10_000 };
  const surface = createRecordingSurface({ ...limits, posts });
  const budget = createEditBudget(clock);
  await budget.take(posts, "final", never);
  const pacer = createPacer({ reply: createReplyHandle(surface, []), budget, clock, fail: () => undefined });
  return { clock, surface, pacer };
}

test("a first text that waits for its message is overtaken by a newer one", async () => {
  const { clock, surface, pacer } = await openFullPosts();
  pacer.offer("a");
  await clock.pass(5_000);
  pacer.offer("ab");
  await clock.pass(5_000);
  expect(surface.writes.map(({ content }) => content.markdown)).toEqual(["ab"]);
});

test("a first text that waits for its message is overtaken by the settled one, which is all that is written", async () => {
  const { clock, surface, pacer } = await openFullPosts();
  pacer.offer("a");
  await clock.pass(5_000);
  const settled = pacer.settle("abc", []);
  await clock.pass(5_000);
  await settled;
  expect(surface.writes.map(({ content }) => content.markdown)).toEqual(["abc"]);
});

test("a refused end of a stream slows nobody's appends", async () => {
  const clock = createManualClock();
  const surface = createRecordingSurface(limits, [], "controls-go");
  const budget = createEditBudget(clock);
  const pacer = createPacer({ reply: createReplyHandle(surface, []), budget, clock, fail: () => undefined });
  pacer.offer("One two ");
  await clock.pass(limits.periodMs);
  surface.failBy((kind) =>
    kind === "end" ? new PlatformError("rate-limited", "slow down", { retryAfterMs: 20_000 }) : undefined,
  );
  void pacer.settle("One two three", []);
  await clock.pass(0);
  let admitted = false;
  void budget.take(surface.stream?.pace ?? limits, "final", never).then(() => {
    admitted = true;
  });
  await clock.pass(0);
  expect(admitted).toBe(true);
});

test("the first text behind a placeholder does not wait for its turn, and the placeholders do", async () => {
  const { clock, budget, pacer, shown } = openPacer();
  pacer.offer("thinking… 3 s", true);
  await clock.pass(0);
  for (let edit = 0; edit < limits.count - 1; edit++) await budget.take(limits, "final", never);
  pacer.offer("thinking… 8 s", true);
  await clock.pass(1_000);
  expect(shown()).toEqual(["thinking… 3 s"]);
  pacer.offer("Well", false);
  await clock.pass(0);
  expect(shown()).toEqual(["thinking… 3 s", "Well"]);
});

test("a reply that failed keeps no room for a last text", async () => {
  const { clock, budget, surface, pacer, failures } = openPacer();
  surface.failBy(() => new PlatformError("gone", "deleted"));
  pacer.offer("a");
  await clock.pass(0);
  expect(failures).toHaveLength(1);
  const same = Array.from({ length: limits.count }, () => budget.join(() => ({ ...limits, periodMs: 60_000 })));
  expect(same.at(-1)?.isCongested).toBe(false);
});
