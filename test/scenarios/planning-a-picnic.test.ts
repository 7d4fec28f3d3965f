import { afterEach, beforeEach, expect, test } from "vitest";
import { type Parley, startParley } from "../support/parley.ts";
import { openStage } from "../support/stage.ts";

let parley: Parley;
beforeEach(async () => {
  parley = await startParley();
});
afterEach(() => parley.stop());

test("three people plan a picnic with the bot", async () => {
  const stage = openStage(parley);
  parley.ai.replies(
    { text: "Saturday looks dry, Ann. Who brings what?" },
    { text: "Ben brings bread. Ann, you could bring cheese." },
    { text: "Arr! Bread from Ben, cheese from Ann, and ye bring the rum, Cem." },
    { text: "Bread, cheese and", finish: "length" },
    { text: "rum." },
    { text: "I know of no picnic. Shall we plan one?" },
  );

  await stage.says("Ann", "@Parley When shall we have our picnic?");
  await stage.says("Ben", "I bring bread.");
  await stage.says("Cem", "persona pirate");
  await stage.says("Cem", "And me?");
  await stage.says("Ann", "Just the list, please");
  await stage.says("Ann", "go on");
  await stage.says("Ben", "@Parley reset");
  await stage.says("Ben", "What do I bring?");

  expect(stage.transcript()).toBe(
    `
Ann: @Parley When shall we have our picnic?
Parley: Saturday looks dry, Ann. Who brings what?
Ben: I bring bread.
Parley: Ben brings bread. Ann, you could bring cheese.
Cem: persona pirate
Parley: In this thread I now speak as **Pirate**.
Cem: And me?
Parley: Arr! Bread from Ben, cheese from Ann, and ye bring the rum, Cem.
Ann: Just the list, please
Parley: Bread, cheese and

_⚠️ The answer reached its length limit. Say “go on” and I'll continue._
Ann: go on
Parley: rum.
Ben: @Parley reset
Parley: Memory cleared. I no longer know what was said here before. The persona stays.
Ben: What do I bring?
Parley: I know of no picnic. Shall we plan one?
`.trim(),
  );

  const [, , third, , fifth, sixth] = parley.ai.requests.map(({ messages }) =>
    messages.map(({ role, content }) => `${role}: ${content}`).join("\n"),
  );
  expect(third).toContain("pirate captain");
  expect(third).toContain('user: <message from="Ben">\nI bring bread.\n</message>');
  expect(fifth).toContain("assistant: Bread, cheese and\nuser:");
  expect(sixth).not.toContain("bread");
});
