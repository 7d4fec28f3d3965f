import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createBot } from "../../src/bot.ts";
import { type Content, eventId, type MessageId, messageId, serverId, threadId, userId } from "../../src/port/index.ts";
import { commandOf, messageOf, placeOf } from "../support/build-event.ts";
import { openBot } from "../support/open-bot.ts";
import { createRecordingSurface } from "../support/recording-surface.ts";
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

test("a whole store of an early version opens: its persona, its summary, who is not remembered, and the answer that broke off", async () => {
  const file = join(openFolder(), "parley.sqlite");
  const database = new DatabaseSync(file);
  database.exec(readFileSync(join(import.meta.dirname, "version-3556c69.sql"), "utf8"));
  database.close();
  const bot = await openBot({ storeUrl: `sqlite://${file}`, settings: { windowTokens: 900 } });
  const place = placeOf({
    thread: threadId("discord:1575673996928614401"),
    server: serverId("discord:1575673990742016000"),
  });
  const standing = messageId("1575674015366774784");
  const surface = createRecordingSurface();
  const shown = new Map([[standing, "Half of it ▌"]]);
  const recalled = {
    ...surface,
    edit: async (id: MessageId, content: Content) =>
      id === standing ? void shown.set(id, content.markdown) : surface.edit(id, content),
  };
  bot.model.script(["Half of it and the rest, at last."], ["Waited."], ["For Bob."]);
  const next = createBot(bot.nextCore());
  await next.recover(async () => ({ surface: recalled, withdrawn: false }));
  await bot.clock.pass(60_000);
  expect(shown.get(standing)).toBe("Half of it and the rest, at last.");
  expect(surface.texts).toEqual(["Waited."]);
  const [prompt] = bot.model.prompts;
  expect(prompt?.messages[0]?.content).toContain("old pirate captain");
  expect(JSON.stringify(prompt?.messages)).toContain("SUMMARY: they spoke of whales.");

  const bob = { id: userId("discord:1575673996928614400"), name: "bob" };
  void next.receive(messageOf("My zanzibar secret", { place, author: bob }), surface);
  await bot.clock.pass(60_000);
  expect(surface.texts.at(-1)).toBe("For Bob.");
  expect(JSON.stringify(await bot.turns(place.thread))).not.toContain("zanzibar");
});
