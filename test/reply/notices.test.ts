import { describe, expect, test } from "vitest";
import { openFence } from "../../src/markdown/reading/fence.ts";
import type { ModelErrorCode } from "../../src/model/model-client.ts";
import type { PlatformErrorCode } from "../../src/port/index.ts";
import {
  endingNotice,
  modelNotice,
  stoppedAside,
  storeNotice,
  withAside,
  withNotice,
} from "../../src/reply/notices.ts";
import { sentences } from "../../src/sentences/sentences.ts";
import type { Ending, StoreErrorCode } from "../../src/store/conversation-store.ts";

/** What a notice ends with: a thing that the person, or the admin, can do. */
const aStep =
  /(?:\b[Ss]ay [“`]|\b[Aa]sk again|\bAsk in other words|\b[Tt]he person who runs me[ ;]|\bask a |\bPress “).*\.$/;

// Records over the codes: a new code without a row is a compile error.
const modelSteps: Readonly<Record<ModelErrorCode, string>> = {
  unauthorized: "Ask the person who runs me to check OPENAI_API_KEY.",
  forbidden: "Ask the person who runs me to check OPENAI_API_KEY and MODEL.",
  "unknown-model": "Ask the person who runs me to check MODEL and OPENAI_BASE_URL.",
  "no-quota": "Ask the person who runs me to check the provider's billing page.",
  "rate-limited": "Ask again in a minute.",
  "too-long": "Say `reset` to start over, or ask the person who runs me to lower WINDOW_TOKENS.",
  filtered: "Ask in other words.",
  rejected: "Tell the person who runs me; the reason is in the log.",
  unavailable: "Ask again in a moment.",
  unreachable: "If this goes on, ask the person who runs me to check OPENAI_BASE_URL.",
  timeout: "Ask again in a moment.",
  stalled: "Ask again in a moment.",
  broken: "Ask again in a moment.",
  paused: "Ask again in a moment.",
  busy: "Ask again in a few minutes.",
};

const storeSteps: Readonly<Record<StoreErrorCode, string>> = {
  unopened: "Try again in a moment. Tell the person who runs me; the reason is in the log.",
  unread: "Try again in a moment. Tell the person who runs me; the reason is in the log.",
  unwritten: "Try again in a moment. Tell the person who runs me; the reason is in the log.",
  full: "Ask the person who runs me to free some space, then try again.",
};

/** Whether an ending needs a sentence, with an answer above it and without one. */
const endings: Readonly<Record<Ending, { readonly shown: boolean; readonly empty: boolean }>> = {
  whole: { shown: false, empty: true },
  length: { shown: true, empty: true },
  filtered: { shown: true, empty: true },
  refused: { shown: true, empty: true },
  stopped: { shown: true, empty: true },
  broken: { shown: false, empty: false },
  failed: { shown: false, empty: false },
};

describe("every failure of the model ends with what to do", () => {
  test.each(Object.entries(modelSteps))("%s", (code, step) => {
    const notice = modelNotice(code as ModelErrorCode, false);
    expect(notice.endsWith(` ${step}`)).toBe(true);
    expect(notice.length).toBeGreaterThan(step.length + 10);
  });

  test.each(["unavailable", "unreachable", "timeout", "stalled", "broken"] as const)(
    "%s with a part of the answer above offers to go on with it",
    (code) => expect(modelNotice(code, true)).toContain(sentences.answers.next.goOn),
  );

  test.each([
    [undefined, "in a minute"],
    [1, "in 1 s"],
    [89_000, "in 1 min 29 s"],
    [90_000, "in 1 min 30 s"],
    [600_000, "in 10 min"],
    [5_340_000, "in 1 h 29 min"],
    [7_200_000, "in 2 h"],
  ])("a limit that lifts after %s ms says when", (ms, when) => {
    expect(modelNotice("rate-limited", false, ms)).toContain(`Ask again ${when}.`);
  });
});

test.each([
  [undefined, "Ask again in a moment."],
  [17_500, "Ask again in 18 s."],
])("a model that is left alone for %s ms says when it is asked again", (ms, when) => {
  expect(modelNotice("paused", false, ms)).toMatch(new RegExp(`${when}$`));
});

describe("every failure of the store ends with what to do", () => {
  test.each(Object.entries(storeSteps))("%s", (code, step) => {
    expect(storeNotice(code as StoreErrorCode).endsWith(` ${step}`)).toBe(true);
  });
});

describe("every ending says what to do, or nothing where all is well", () => {
  const rows = Object.entries(endings).flatMap(([ending, { shown, empty }]) => [
    [ending as Ending, "below a text", false, shown] as const,
    [ending as Ending, "without a text", true, empty] as const,
  ]);

  test.each(rows)("%s %s", (ending, _, empty, told) => {
    const notice = endingNotice(ending, empty);
    if (told) expect(notice).toMatch(aStep);
    else expect(notice).toBeUndefined();
  });

  test.each([
    ["before its first word", true, true],
    ["of somebody whose words are not kept", false, false],
  ])("an answer that a shutdown ends %s is not offered to be gone on with", (_, empty, kept) => {
    expect(endingNotice("stopped", empty, kept)).toMatch(/When I'm back, ask again\.$/);
  });

  test.each([false, true])("a shutdown is told as one (nothing written yet: %s)", (empty) => {
    expect(endingNotice("stopped", empty)).toContain("I was shut down");
  });
});

describe("what somebody wished to end", () => {
  test.each(["person", "reset", "newer"] as const)("by %s is told without a warning", (reason) => {
    for (const empty of [false, true]) expect(stoppedAside(reason, empty, true)).toMatch(/^Stopped\b.*\.$/);
  });

  test("can be gone on with where its words are kept", () => {
    expect(stoppedAside("person", false, true)).toBe(`${sentences.answers.stopped} ${sentences.answers.next.goOn}`);
    expect(stoppedAside("person", false, false)).toBe(sentences.answers.stopped);
  });
});

test("an answer lost to the memory, the unforeseen, the blocked and the late say what to do", () => {
  for (const notice of [
    sentences.answers.unsaved,
    sentences.answers.unexpected,
    sentences.answers.platform.blocked,
    sentences.answers.brokenOff,
    sentences.answers.nothingToRetry,
  ])
    expect(notice).toMatch(aStep);
});

test("the log has a sentence of its own for every refusal of a platform", () => {
  const codes: Readonly<Record<PlatformErrorCode, true>> = {
    gone: true,
    forbidden: true,
    closed: true,
    frozen: true,
    absent: true,
    unsupported: true,
    ended: true,
    blocked: true,
    "rate-limited": true,
    invalid: true,
    unavailable: true,
  };
  const reasons = Object.keys(codes).map((code) => sentences.start.notShown[code as PlatformErrorCode]);
  expect(new Set(reasons).size).toBe(reasons.length);
  for (const reason of reasons) expect(reason).toMatch(/^\w.{15,}/);
});

describe("a notice", () => {
  test("stands below the text, told apart from it", () => {
    expect(withNotice("Hello", "It broke.")).toBe("Hello\n\n_⚠️ It broke._");
  });

  test("stands alone where there is no text", () => {
    expect(withNotice(" \n", "It broke.")).toBe("_⚠️ It broke._");
  });

  test("that is none changes nothing", () => {
    expect(withNotice("Hello \n", undefined)).toBe("Hello \n");
  });

  test("is not swallowed by a code block that is still open", () => {
    const text = withNotice("```ts\nconst a = 1;", "It broke.");
    expect(text).toBe("```ts\nconst a = 1;\n```\n\n_⚠️ It broke._");
    expect(openFence(text)).toBeUndefined();
  });

  test("leaves a block alone that is closed already", () => {
    expect(withNotice("```\na\n```", "It broke.")).toBe("```\na\n```\n\n_⚠️ It broke._");
  });
});

test("a remark stands below text and notice, warns of nothing, and names both models", () => {
  const aside = sentences.answers.fallback("spare_1", "big_1");
  expect(withAside(withNotice("Half", "It broke off."), aside)).toBe(
    "Half\n\n_⚠️ It broke off._\n\n*Answered by spare_1, because big_1 failed.*",
  );
  expect(withAside("```\na", aside)).toMatch(/^```\na\n```\n\n\*Answered/);
  expect(withAside("Whole", undefined)).toBe("Whole");
});
