import { describe, expect, test } from "vitest";
import { openFence } from "../../src/markdown/reading/fence.ts";
import type { ModelErrorCode } from "../../src/model/model-client.ts";
import type { PlatformErrorCode } from "../../src/port/index.ts";
import {
  blockedNotice,
  brokenOffNotice,
  endingNotice,
  fallbackNotice,
  modelNotice,
  nothingToRetryNotice,
  platformNotice,
  storeNotice,
  unexpectedNotice,
  unsavedNotice,
  withAside,
  withNotice,
} from "../../src/reply/notices.ts";
import type { Ending, StoreErrorCode } from "../../src/store/conversation-store.ts";

/** What a notice ends with: a thing that the person, or the admin, can do. */
const aStep =
  /(?:\bSay “|\bAsk again|\b[Aa]sk again|\bPut (?:it|the question) differently|\bAn admin |\ban admin |\bask an? |\bPress “).*\.$/;

// Records over the codes: a new code without a row is a compile error.
const modelSteps: Readonly<Record<ModelErrorCode, string>> = {
  unauthorized: "An admin has to check OPENAI_API_KEY.",
  forbidden: "An admin has to check OPENAI_API_KEY and MODEL.",
  "unknown-model": "An admin has to check MODEL and OPENAI_BASE_URL.",
  "no-quota": "An admin has to look at the provider's billing page.",
  "rate-limited": "Ask again in a minute.",
  "too-long": "Say “reset” to start over, or ask an admin to lower WINDOW_TOKENS.",
  filtered: "Put it differently.",
  rejected: "An admin finds its reason in the log.",
  unavailable: "Ask again in a moment.",
  unreachable: "If it lasts, an admin has to check OPENAI_BASE_URL.",
  timeout: "Ask again in a moment.",
  stalled: "Ask again in a moment.",
  broken: "Ask again in a moment.",
  paused: "Ask again in a moment.",
  busy: "Ask again in a few minutes.",
};

const storeSteps: Readonly<Record<StoreErrorCode, string>> = {
  unopened: "Try again in a moment; an admin finds the reason in the log.",
  unread: "Try again in a moment; an admin finds the reason in the log.",
  unwritten: "Try again in a moment; an admin finds the reason in the log.",
  full: "An admin has to make room; then try again.",
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
    (code) => expect(modelNotice(code, true)).toContain("Say “go on” and I continue."),
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
    const notice = endingNotice(ending, empty, ending === "stopped" ? "person" : undefined);
    if (told) expect(notice).toMatch(aStep);
    else expect(notice).toBeUndefined();
  });

  test.each([
    ["before its first word", true, true],
    ["of somebody whose words are not kept", false, false],
  ])("an answer that a shutdown ends %s is not offered to be gone on with", (_, empty, kept) => {
    expect(endingNotice("stopped", empty, "shutdown", kept)).toMatch(/Ask again when I am back\.$/);
  });

  test.each([false, true])("a shutdown is told as one (nothing written yet: %s)", (empty) => {
    expect(endingNotice("stopped", empty, "shutdown")).toContain("I was shut down");
  });
});

test("an answer lost to the memory, the unforeseen, the blocked and the late say what to do", () => {
  for (const notice of [unsavedNotice, unexpectedNotice, blockedNotice, brokenOffNotice, nothingToRetryNotice])
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
  const sentences = Object.keys(codes).map((code) => platformNotice(code as PlatformErrorCode));
  expect(new Set(sentences).size).toBe(sentences.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^\w.{15,}/);
});

describe("a notice", () => {
  test("stands below the text, told apart from it", () => {
    expect(withNotice("Hello", "Stopped.")).toBe("Hello\n\n_⚠️ Stopped._");
  });

  test("stands alone where there is no text", () => {
    expect(withNotice(" \n", "Stopped.")).toBe("_⚠️ Stopped._");
  });

  test("that is none changes nothing", () => {
    expect(withNotice("Hello \n", undefined)).toBe("Hello \n");
  });

  test("is not swallowed by a code block that is still open", () => {
    const text = withNotice("```ts\nconst a = 1;", "Stopped.");
    expect(text).toBe("```ts\nconst a = 1;\n```\n\n_⚠️ Stopped._");
    expect(openFence(text)).toBeUndefined();
  });

  test("leaves a block alone that is closed already", () => {
    expect(withNotice("```\na\n```", "Stopped.")).toBe("```\na\n```\n\n_⚠️ Stopped._");
  });
});

test("a remark stands below text and notice, warns of nothing, and names both models", () => {
  const aside = fallbackNotice("spare_1", "big_1");
  expect(withAside(withNotice("Half", "It broke off."), aside)).toBe(
    "Half\n\n_⚠️ It broke off._\n\n*Answered by spare_1, because big_1 failed.*",
  );
  expect(withAside("```\na", aside)).toMatch(/^```\na\n```\n\n\*Answered/);
  expect(withAside("Whole", undefined)).toBe("Whole");
});
