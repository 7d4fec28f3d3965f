import { copyFileSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { threadId } from "../../src/port/index.ts";
import { backUp, restore } from "../../src/store/backup.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { recordingLog } from "../support/recording-log.ts";
import { openFolder, spawnParley } from "../support/spawn-parley.ts";
import { said } from "./build-turn.ts";

const now = Date.UTC(2026, 10, 27, 5, 30);
const thread = threadId("test:1");

async function openWith(...texts: readonly string[]) {
  const folder = openFolder();
  const file = join(folder, "parley.sqlite");
  const url = `sqlite://${file}`;
  const store = await openStore(url, recordingLog());
  for (const text of texts) await store.conversations.append(await store.conversations.open(thread), said(text));
  return { folder, file, url, store };
}

async function textsIn(url: string): Promise<readonly string[]> {
  const store = await openStore(url, recordingLog());
  const { turns } = await store.conversations.open(thread);
  await store.close();
  return turns.map(({ text }) => text);
}

test("a backup of a store that is open has what was written last, which the .sqlite file alone has not", async () => {
  const { folder, file, url, store } = await openWith("One", "Two");
  const { file: copy, rows } = backUp(url, join(folder, "copy.sqlite"), now);
  copyFileSync(file, join(folder, "alone.sqlite"));
  expect(rows).toBeGreaterThanOrEqual(3); // two turns and their head
  expect(await textsIn(`sqlite://${copy}`)).toEqual(["One", "Two"]);
  expect(await textsIn(`sqlite://${join(folder, "alone.sqlite")}`)).toEqual([]);
  await store.close();
});

test("without a name it stands in a folder beside the store, for its owner alone, with nothing half written", async () => {
  const { folder, url, store } = await openWith("One");
  const umask = process.umask(0o077);
  const { file } = backUp(url, undefined, now);
  process.umask(umask);
  expect(file).toBe(join(folder, "backups", "parley-2026-11-27T05-30-00.sqlite"));
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(readdirSync(join(folder, "backups"))).toHaveLength(1);
  await store.close();
});

test("a restored backup is the store, and the store from before is kept", async () => {
  const { folder, url, store } = await openWith("One");
  const copy = join(folder, "copy.sqlite");
  backUp(url, copy, now);
  await store.conversations.append(await store.conversations.open(thread), said("Two"));
  await store.close();
  const { before } = restore(url, copy, now);
  expect(await textsIn(url)).toEqual(["One"]);
  expect(await textsIn(`sqlite://${before}`)).toEqual(["One", "Two"]);
});

test("a damaged store is set aside and replaced", async () => {
  const { folder, file, url, store } = await openWith("One");
  const copy = join(folder, "copy.sqlite");
  backUp(url, copy, now);
  await store.close();
  writeFileSync(file, "no database".repeat(1_000));
  restore(url, copy, now);
  expect(await textsIn(url)).toEqual(["One"]);
});

test("nothing is changed where a restore cannot be right", async () => {
  const { folder, file, url, store } = await openWith("One");
  const copy = join(folder, "copy.sqlite");
  backUp(url, copy, now);
  expect(() => restore(url, copy, now)).toThrow(/in use by another program/); // the bot runs
  writeFileSync(join(folder, "torn.sqlite"), "SQLite format 3\0 and then nothing");
  expect(() => restore(url, join(folder, "torn.sqlite"), now)).toThrow(/torn\.sqlite/);
  expect(() => restore(url, join(folder, "gone.sqlite"), now)).toThrow(/There is no file/);
  expect(() => restore("sqlite://:memory:", copy, now)).toThrow(/nothing to back up/);
  await store.close();
  expect(existsSync(file)).toBe(true);
  expect(await textsIn(url)).toEqual(["One"]);
});

test("a backup writes over nothing, and makes no store where there is none", async () => {
  const { folder, file, url, store } = await openWith("One");
  expect(() => backUp(url, file, now)).toThrow(/exists already/);
  const missing = join(folder, "missing.sqlite");
  expect(() => backUp(`sqlite://${missing}`, undefined, now)).toThrow(/There is no file/);
  expect(existsSync(missing)).toBe(false);
  await store.close();
});

test("where there is no room for the copy, that is told of the copy, and nothing half written is left", async () => {
  const { folder, url, store } = await openWith("x".repeat(300_000));
  await store.close();
  const env = { ADAPTERS: "terminal", STORE_URL: url };
  const backup = spawnParley({ folder, env, args: ["--backup", "copy.sqlite"], maxFileKilobytes: 100 });
  expect(await backup.exit()).not.toBe(0);
  expect(backup.output()).toContain("copy.sqlite");
  expect(readdirSync(folder).filter((name) => name.startsWith("copy"))).toEqual([]);
});

test("a store that is no database is told of, and not the copy", async () => {
  const folder = openFolder();
  const file = join(folder, "notes.txt");
  writeFileSync(file, "no database".repeat(1_000));
  expect(() => backUp(`sqlite://${file}`, join(folder, "copy.sqlite"), now)).toThrow(
    /notes\.txt is not a SQLite database/,
  );
  expect(readdirSync(folder)).toEqual(["notes.txt"]);
});

test("a word too many ends the start, unless it names a backup", async () => {
  const parley = spawnParley({ env: { ADAPTERS: "terminal" }, args: ["backup"] });
  expect(await parley.exit()).not.toBe(0);
  expect(parley.output()).toContain("'backup'");
});

test("as an admin does it: with the bot running, and back after a wrong turn", { timeout: 60_000 }, async () => {
  const folder = openFolder();
  const env = { ADAPTERS: "terminal" };
  const bot = spawnParley({ folder, env, hurried: true });
  await bot.until("you ▸");
  bot.type("hello");
  await bot.until("demo model");
  const backup = spawnParley({ folder, env, args: ["--backup"] });
  expect(await backup.exit()).toBe(0);
  const [, copy = ""] = /Backup written and checked: (\S+\.sqlite)/.exec(backup.output()) ?? [];
  const early = spawnParley({ folder, env, args: ["--restore", copy] });
  expect(await early.exit()).not.toBe(0);
  expect(early.output()).toContain("in use by another program");
  bot.close();
  await bot.exit();
  const late = spawnParley({ folder, env, args: ["--restore", copy] });
  expect(await late.exit()).toBe(0);
  expect(late.output()).toContain("The earlier store is now");
  expect(await spawnParley({ folder, env, args: ["--restore"] }).exit()).toBe(78);
});
