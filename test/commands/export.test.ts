import { expect, test } from "vitest";
import type { Extra } from "../../src/port/index.ts";
import type { Summary } from "../../src/prompt/summaries.ts";
import { ada, commandOf, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { openBot } from "../support/open-bot.ts";

const place = placeOf();
const summary: Summary = { text: "Ada likes heliotrope.", tokens: 9, turns: 34, upTo: 34, from: 34 };

/** What “export” says and sends, in a thread with so many questions and these summaries. */
async function exported(questions: number, summaries: readonly Summary[]) {
  const bot = await openBot();
  for (let count = 0; count < questions; count++) {
    const received = bot.receive(messageOf(`Question ${count}`), bot.surface);
    await bot.clock.pass(10_000);
    await received;
  }
  for (const one of summaries) await bot.core.summaries.keep(place.thread, one, [ada.id]);
  let said = "";
  let files: Extra["files"] = [];
  const respondPrivately = async (markdown: string, extra?: Extra) => {
    said = markdown;
    files = extra?.files ?? [];
  };
  await bot.receive(commandOf("export"), { ...bot.surface, respondPrivately });
  const [markdown = "", json = "{}"] = (files ?? []).map(({ text }) => text);
  return { said, markdown, json: JSON.parse(json) };
}

const newer: Summary = { ...summary, text: "Ada likes two colours.", turns: 40, upTo: 40, from: 41 };

test.each([
  [2, [], "What I store of this thread: 4 messages, as Markdown to read and as JSON for programs."],
  [1, [summary], "What I store of this thread: 2 messages and 1 summary of older messages, as Markdown"],
  [0, [summary], "What I store of this thread: 1 summary of older messages, as Markdown"],
  [0, [summary, newer], "What I store of this thread: 2 summaries of older messages, as Markdown"],
] as const)("it says what it sends (%d questions, summaries: %j)", async (questions, summaries, told) => {
  expect((await exported(questions, summaries)).said).toContain(told);
});

test("the summary stands before the messages, in both files", async () => {
  const { markdown, json } = await exported(1, [summary]);
  expect(markdown).toMatch(/## Summary of 34 messages\n\nAda likes heliotrope\.\n\n## Ada, .*Question 0/s);
  expect(json).toMatchObject({ summaries: [summary], peopleInSummaries: [ada.id], turns: [{}, {}] });
});

test("a summary that is ready for later is sent as well", async () => {
  const { markdown, json } = await exported(0, [summary, newer]);
  expect(markdown).toMatch(/Summary of 34 messages.*Summary of 40 messages/s);
  expect(json).toMatchObject({ summaries: [summary, newer], turns: [] });
});

test("a thread without a summary says nothing of one", async () => {
  const { markdown, json } = await exported(1, []);
  expect(markdown).not.toContain("Summary");
  expect(Object.keys(json)).toEqual(["thread", "exportedAt", "leftOut", "turns"]);
});

test("where nothing is stored nothing is sent", async () => {
  const { said, markdown } = await exported(0, []);
  expect(said).toBe("I store nothing of this thread.");
  expect(markdown).toBe("");
});

test("outside of a thread it says where to ask", async () => {
  const bot = await openBot();
  const outside = [placeOf({ kind: "new-thread" }), directPlace({ isInbox: true })];
  for (const one of outside) await bot.receive(commandOf("export", { place: one }), bot.surface);
  for (const text of bot.surface.responses) expect(text).toContain("Say `export` inside the thread you mean.");
});
