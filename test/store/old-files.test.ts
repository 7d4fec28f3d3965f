import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createBot } from "../../src/bot.ts";
import { eventId, threadId } from "../../src/port/index.ts";
import { commandOf, placeOf } from "../conversation/build-event.ts";
import { openBot } from "../conversation/open-bot.ts";
import { openFolder } from "../support/spawn-parley.ts";

const folder = join(import.meta.dirname, "old");

/** Each was written by the version that it is named after, and killed: one answer half shown, one question behind it, one left to a person. */
test.each(readdirSync(folder))("what %s left is gone on with, and nothing is asked twice", async (name) => {
  const file = join(openFolder(), "parley.sqlite");
  const database = new DatabaseSync(file);
  database.exec(readFileSync(join(folder, name), "utf8"));
  database.close();
  const bot = await openBot({ storeUrl: `sqlite://${file}` });
  const other = placeOf({ thread: threadId("test:other") });
  for (const markdown of ["Rome.", "Par ▌", "_⚠️ I was interrupted here._"])
    await bot.surface.create({ markdown, controls: [], live: markdown.includes("▌") });
  const start = async () => {
    const next = createBot(bot.nextCore());
    await next.recover(async () => ({ surface: bot.surface, withdrawn: false }));
    await bot.clock.pass(120_000);
    return next;
  };

  bot.model.script(["Paris."], ["Madrid."], ["Oslo."]);
  const next = await start();
  expect(bot.surface.texts).toEqual(["Rome.", "Paris.", "_⚠️ I was interrupted here._", "Madrid."]);
  expect(bot.surface.contents.filter(({ live, controls }) => live || controls.length > 0)).toEqual([]);
  expect(await bot.memory()).toEqual([
    "Ada: Capital of Italy?",
    "bot (whole): Rome.",
    "Ada: Capital of France?",
    "bot (whole): Paris.",
    "Ada: Capital of Spain?",
    "bot (whole): Madrid.",
  ]);

  void next.receive(commandOf("retry", { place: other, id: eventId("press") }), bot.surface);
  await bot.clock.pass(60_000);
  expect(bot.surface.texts[2]).toBe("Oslo.");
  expect(await bot.memory(other.thread)).toEqual(["Ada: Capital of Norway?", "bot (whole): Oslo."]);

  await start();
  expect(bot.model.prompts).toHaveLength(3);
  expect([await bot.left(), await bot.offered()]).toEqual([[], []]);
});
