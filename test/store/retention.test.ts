import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { threadId } from "../../src/port/index.ts";
import { openStore, type Store } from "../../src/store/keyv-store.ts";
import { wordsInFile } from "../support/words-in-file.ts";
import { answered, said } from "./build-turn.ts";

const dayMs = 24 * 60 * 60_000;
const start = Date.UTC(2026, 5, 1);
const thread = threadId("test:1");

let folder: string;
let file: string;
let store: Store;
let logged: unknown[][];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval"], now: start });
  folder = await mkdtemp(join(tmpdir(), "parley-retention-"));
  file = `${folder}/parley.sqlite`;
  logged = [];
});
afterEach(async () => {
  await store.close();
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

const log = { warn: (...line: readonly unknown[]) => void logged.push([...line]) };
const open = async (days: number | undefined) => {
  const keptMs = days === undefined ? undefined : days * dayMs;
  store = await openStore(`sqlite://${file}`, log, { keptMs, now: () => Date.now() });
};
const say = async (text: string) => {
  const { conversations } = store;
  const turns = [said(text, { at: Date.now() }), answered(`on ${text}`, { at: Date.now() })];
  await conversations.append(await conversations.open(thread), ...turns);
};
const texts = async () => (await store.conversations.open(thread)).turns.map(({ text }) => text);
const pass = (days: number) => vi.setSystemTime(Date.now() + days * dayMs);
const rows = () => {
  const database = new DatabaseSync(file, { readOnly: true });
  const keys = database.prepare("SELECT key FROM keyv ORDER BY key").all();
  database.close();
  return keys.map(({ key }) => key);
};

test("what was said is forgotten after so many days, a thread that goes on keeps the rest, and nothing looks lost", async () => {
  await open(30);
  await say("first");
  pass(20);
  await say("second");
  pass(11);
  expect(await store.conversations.open(thread)).toMatchObject({ joined: true, start: 2, next: 4 });
  expect(await texts()).toEqual(["second", "on second"]);
  await say("third");
  expect(await texts()).toEqual(["second", "on second", "third", "on third"]);
  expect(logged).toEqual([]);
});

test("the head moves on past what is gone, so only what is left is counted", async () => {
  await open(30);
  for (let day = 0; day < 60; day++) {
    await say(`day ${day}`);
    pass(1);
  }
  const database = new DatabaseSync(file, { readOnly: true });
  const head = database.prepare("SELECT value FROM keyv WHERE key = ?").get(JSON.stringify(thread));
  database.close();
  expect(JSON.parse(String(head?.["value"])).first).toBeGreaterThan(40);
  expect(await store.conversations.forget(thread)).toBe(2 * 29);
});

test("a thread in which nothing was said for so long is as if it had never been", async () => {
  await open(30);
  await say("first");
  pass(31);
  expect(await store.conversations.open(thread)).toMatchObject({ joined: false, next: 0, turns: [] });
  await say("again");
  expect(await texts()).toEqual(["again", "on again"]);
  expect(logged).toEqual([]);
});

test("what is too old leaves the file by itself, ten minutes later", async () => {
  await open(30);
  await say("quokka");
  pass(31);
  expect(rows()).toHaveLength(3);
  vi.advanceTimersByTime(10 * 60_000);
  await vi.waitFor(() => expect(rows()).toEqual([]));
  await store.purge();
  expect(wordsInFile(file, "quokka")).toEqual({ rows: [], bytes: 0 });
});

test("a store that was kept for ever is shortened at the next start, by when each thing was said", async () => {
  await open(undefined);
  await say("old");
  pass(25);
  await say("young");
  pass(10);
  await store.close();
  await open(30);
  expect(await texts()).toEqual(["young", "on young"]);
  expect(rows()).toHaveLength(3);
  pass(20);
  expect(await texts()).toEqual([]);
  pass(11);
  expect((await store.conversations.open(thread)).joined).toBe(false);
});

test("a shorter time holds for what is there, a longer one for what is said from then on", async () => {
  await open(30);
  await say("one");
  await store.close();
  await open(10);
  pass(9);
  expect(await texts()).toEqual(["one", "on one"]);
  await store.close();
  await open(90);
  await say("two");
  pass(2);
  expect(await texts()).toEqual(["two", "on two"]);
});

test("settings and other records are not shortened", async () => {
  await open(undefined);
  const { z } = await import("zod");
  const records = () => store.records("persona", z.object({ v: z.literal(1) }));
  await records().set("a", { v: 1 });
  await store.close();
  await open(1);
  pass(10);
  expect(await records().get("a")).toEqual({ v: 1 });
});

test("a sweep that fails is logged, and the next one is made", async () => {
  await open(30);
  await say("quokka");
  pass(31);
  const database = new DatabaseSync(file);
  database.exec("CREATE TRIGGER stop BEFORE DELETE ON keyv BEGIN SELECT RAISE(FAIL, 'no deleting today'); END");
  vi.advanceTimersByTime(10 * 60_000);
  await vi.waitFor(() => expect(JSON.stringify(logged)).toContain("no deleting today"));
  database.exec("DROP TRIGGER stop");
  database.close();
  vi.advanceTimersByTime(10 * 60_000);
  await vi.waitFor(() => expect(rows()).toEqual([]));
});
