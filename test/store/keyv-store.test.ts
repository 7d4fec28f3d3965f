import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { KeyvSqlite } from "@keyv/sqlite";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { threadId } from "../../src/port/index.ts";
import type { ConversationStore } from "../../src/store/conversation-store.ts";
import { openStore, type Store } from "../../src/store/keyv-store.ts";
import { describeStoreContract } from "../contract/store-contract.ts";
import { answered, said } from "./build-turn.ts";
import { watchSqlite } from "./watch-sqlite.ts";

const silent = { warn: () => undefined };

async function openAgain(url: string) {
  let store = await openStore(url, silent);
  return {
    conversations: store.conversations,
    async reopen() {
      await store.close();
      store = await openStore(url, silent);
      return store.conversations;
    },
    close: () => store.close(),
  };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-store-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describeStoreContract("a file", { durable: true, open: () => openAgain(`sqlite://${folder}/data/parley.sqlite`) });
describeStoreContract("memory", { durable: false, open: () => openAgain("sqlite://:memory:") });

describe("a store in a file", () => {
  const thread = threadId("test:1");
  let url: string;
  let logged: unknown[][];
  let sqlite: ReturnType<typeof watchSqlite>;
  let store: Store;
  let conversations: ConversationStore;

  beforeEach(async () => {
    url = `sqlite://${folder}/parley.sqlite`;
    logged = [];
    sqlite = watchSqlite();
    store = await openStore(url, { warn: (...line) => logged.push(line) });
    conversations = store.conversations;
  });

  afterEach(async () => {
    sqlite.stop();
    await store.close().catch(() => undefined); // some tests have closed its connection
  });

  const overwrite = (key: string, text: string) => {
    const { changes } = sqlite.database().prepare("UPDATE keyv SET value = ? WHERE key = ?").run(text, key);
    expect(changes).toBe(1);
  };
  const keys = () => sqlite.database().prepare("SELECT key FROM keyv ORDER BY rowid").all();
  const fill = async (count: number) =>
    conversations.append(
      await conversations.open(thread),
      ...Array.from({ length: count }, (_, turn) => said(`turn ${turn}`)),
    );

  test("opening leaves nothing behind", () => {
    expect(keys()).toEqual([]);
  });

  test("an append is one statement", async () => {
    const before = await fill(2);
    sqlite.reset();
    await conversations.append(before, said("why?"), answered("because"));
    // One reads the head, one writes both turns and the head.
    expect(sqlite.cost().statements).toBe(2);
  });

  test("a turn costs the same after 10,000 turns as after 10", async () => {
    const costs = [];
    for (const count of [10, 9990]) {
      const filled = await fill(count);
      const window = { ...filled, start: filled.next - 10, turns: filled.turns.slice(-10) };
      await conversations.append(window);
      sqlite.reset();
      await conversations.append(await conversations.open(thread), said("why?"));
      costs.push(sqlite.cost());
    }
    const [young, old] = costs;
    expect(old).toMatchObject({ statements: young?.statements, bound: young?.bound });
    // Longer numbers are all that an old thread adds: at most four digits a turn, in its key and its text.
    expect((old?.read ?? 0) - (young?.read ?? 0)).toBeLessThan(150);
    expect((old?.written ?? 0) - (young?.written ?? 0)).toBeLessThan(150);
  });

  test("a turn that cannot be read is left out, named in one log line, kept as it is, and keeps its number", async () => {
    await fill(5);
    overwrite('"test:1"#1', "my secret is not JSON");
    overwrite('"test:1"#3', JSON.stringify({ v: 2, kind: "person", text: "my secret from tomorrow" }));
    const opened = await conversations.open(thread);
    expect(opened).toMatchObject({ joined: true, start: 0, next: 5 });
    expect(opened.turns.map((turn) => turn.text)).toEqual(["turn 0", "turn 2", "turn 4"]);
    expect(logged).toMatchObject([[{ thread, skipped: [{ turn: 1 }, { turn: 3 }] }, expect.any(String)]]);
    expect(JSON.stringify(logged)).not.toContain("secret");

    const appended = await conversations.append(opened, said("turn 5"));
    expect(appended.next).toBe(6);
    expect(await conversations.open(thread)).toEqual(appended);
    expect(keys()).toContainEqual({ key: '"test:1"#3' });
  });

  test("a window counted without the turns that cannot be read reaches too far back, never too short", async () => {
    await fill(6);
    overwrite('"test:1"#1', "?");
    const opened = await conversations.open(thread);
    const dropped = 3;
    await conversations.append({ ...opened, start: opened.start + dropped, turns: opened.turns.slice(dropped) });
    const texts = (await conversations.open(thread)).turns.map((turn) => turn.text);
    expect(texts).toEqual(["turn 3", "turn 4", "turn 5"]);
  });

  const badHeads = ["no JSON", "{}", '{"v":2,"first":0,"start":0,"next":1}', '{"v":1,"first":2,"start":1,"next":0}'];

  test.each(badHeads)("a head that reads %s is set aside with one log line, and the thread goes on", async (text) => {
    await fill(3);
    overwrite('"test:1"', text);
    const opened = await conversations.open(thread);
    expect(opened).toMatchObject({ joined: true, unreadable: true, turns: [] });
    expect(keys()).not.toContainEqual({ key: '"test:1"!1' }); // looking alone changes nothing
    const appended = await conversations.append(opened, said("anew"));
    expect(appended.unreadable).toBeUndefined();
    expect(await conversations.open(thread)).toEqual(appended);
    await conversations.append(appended, answered("and on"));
    expect((await conversations.open(thread)).turns.map((turn) => turn.text)).toEqual(["anew", "and on"]);
    expect(logged).toMatchObject([[{ thread, record: '"test:1"!1' }, expect.stringContaining("set aside")]]);
  });

  test("what an unreadable head had counted is never written over, however often that happens", async () => {
    await fill(3);
    const before = sqlite.database().prepare("SELECT key, value FROM keyv WHERE key LIKE '%#%'").all();
    for (const text of badHeads) {
      overwrite('"test:1"', text);
      await conversations.append(await conversations.open(thread), said(`after ${text}`));
    }
    const after = sqlite.database().prepare("SELECT key, value FROM keyv").all();
    for (const row of before) expect(after).toContainEqual(row);
    for (const text of badHeads) expect(after).toContainEqual(expect.objectContaining({ value: text }));
    expect(after.filter(({ key }) => String(key).includes("#"))).toHaveLength(3 + badHeads.length);
  });

  test("forgetting deletes also what an unreadable head has left, of this thread alone", async () => {
    const near = threadId("test:1#0");
    await conversations.append(await conversations.open(near), said("untouched"));
    for (const [round, goesOn] of [true, false, true].entries()) {
      await fill(3);
      overwrite('"test:1"', "?");
      if (goesOn) await conversations.append(await conversations.open(thread), said("anew"));
      expect(await conversations.forget(thread)).toBe(goesOn ? 4 : 3);
      const left = sqlite.database().prepare("SELECT value FROM keyv WHERE key LIKE '\"test:1\"!%'").all();
      expect(left).toEqual(Array(round + 1).fill({ value: "forgotten" }));
      expect(keys().filter(({ key }) => String(key).startsWith('"test:1"#'))).toEqual([]);
      expect(await conversations.open(thread)).toMatchObject({ joined: true, turns: [] });
      expect((await conversations.open(thread)).unreadable).toBeUndefined();
    }
    expect((await conversations.open(near)).turns).toHaveLength(1);
  });

  test("a broken-off forgetting of what an unreadable head has left is finished by the next", async () => {
    await fill(3);
    overwrite('"test:1"', "?");
    await conversations.append(await conversations.open(thread), said("anew"));
    sqlite.database().exec(
      `CREATE TEMP TRIGGER breaks BEFORE DELETE ON keyv WHEN old.key = '"test:1"#1'
       BEGIN SELECT RAISE(ABORT, 'broken off'); END`,
    );
    await expect(conversations.forget(thread)).rejects.toMatchObject({ code: "unwritten" });
    sqlite.database().exec("DROP TRIGGER breaks");
    await conversations.forget(thread);
    expect(keys().filter(({ key }) => String(key).includes("#"))).toEqual([]);
  });

  test("turns that the window has passed can still be read by their numbers", async () => {
    const whole = await fill(6);
    await conversations.append({ ...whole, start: 4, turns: whole.turns.slice(4) });
    expect(await conversations.passed(thread)).toEqual({ from: 0, to: 4 });
    const texts = (await conversations.read(thread, { from: 1, to: 4 })).map((turn) => turn.text);
    expect(texts).toEqual(["turn 1", "turn 2", "turn 3"]);
    await conversations.forget(thread);
    expect(await conversations.passed(thread)).toEqual({ from: 6, to: 6 });
  });

  test("forgetting deletes the turns, also those the window has passed", async () => {
    const whole = await fill(1200);
    await conversations.append({ ...whole, start: 1190, turns: whole.turns.slice(1190) });
    await conversations.forget(thread);
    expect(keys()).toEqual([{ key: '"test:1"' }]);
  });

  test("forgetting that breaks off shows nothing old, and the next one deletes the rest", async () => {
    const before = await fill(1200);
    sqlite.database().exec(
      `CREATE TEMP TRIGGER breaks BEFORE DELETE ON keyv WHEN old.key = '"test:1"#700'
       BEGIN SELECT RAISE(ABORT, 'broken off'); END`,
    );
    await expect(conversations.forget(thread)).rejects.toMatchObject({ code: "unwritten" });
    expect(await conversations.open(thread)).toMatchObject({ joined: true, next: 1200, turns: [] });
    await expect(conversations.append(before, said("late"))).rejects.toMatchObject({ code: "unwritten" });
    sqlite.database().exec("DROP TRIGGER breaks");
    await conversations.forget(thread);
    expect(keys()).toEqual([{ key: '"test:1"' }]);
  });

  test("a long append that breaks off shows nothing of it, and can be made again", async () => {
    const before = await fill(2);
    sqlite.database().exec(
      `CREATE TEMP TRIGGER breaks BEFORE INSERT ON keyv WHEN new.key = '"test:1"#600'
       BEGIN SELECT RAISE(ABORT, 'broken off'); END`,
    );
    const long = Array.from({ length: 700 }, (_, turn) => said(`late ${turn}`));
    await expect(conversations.append(before, ...long)).rejects.toMatchObject({ code: "unwritten" });
    expect(await conversations.open(thread)).toEqual(before);
    sqlite.database().exec("DROP TRIGGER breaks");
    expect(await conversations.append(before, ...long)).toEqual(await conversations.open(thread));
  });

  test("a full disk is named as such, and nothing of the append is kept", async () => {
    const before = await fill(2);
    const database = sqlite.database();
    const pages = database.prepare("PRAGMA page_count").get()?.["page_count"];
    database.exec(`PRAGMA max_page_count = ${pages}`);
    const long = said("x".repeat(100_000));
    await expect(conversations.append(before, said("lost"), long)).rejects.toMatchObject({ code: "full" });
    expect(await conversations.open(thread)).toEqual(before);
    database.exec("PRAGMA max_page_count = 1000000");
    expect(await conversations.append(before, long)).toMatchObject({ next: 3 });
  });

  test("a connection that breaks underneath fails reads as unread and writes as unwritten", async () => {
    const personas = store.records("personas", z.string());
    await personas.set("a", "pirate");
    sqlite.database().close();
    await expect(personas.get("a")).rejects.toMatchObject({ name: "StoreError", code: "unread" });
    await expect(personas.set("a", "poet")).rejects.toMatchObject({ name: "StoreError", code: "unwritten" });
    await expect(personas.delete("a")).rejects.toMatchObject({ name: "StoreError", code: "unwritten" });
  });

  test("a write that the database refuses throws, and reading goes on", async () => {
    const before = await fill(1);
    sqlite.database().exec("PRAGMA query_only = 1");
    await expect(conversations.append(before, said("more"))).rejects.toMatchObject({ code: "unwritten" });
    await expect(conversations.forget(thread)).rejects.toMatchObject({ code: "unwritten" });
    expect(await conversations.open(thread)).toEqual(before);
  });

  test("a row that is refused without an error is a failure too", async () => {
    const refusing = vi.spyOn(KeyvSqlite.prototype, "setMany").mockResolvedValue([true, false]);
    onTestFinished(() => refusing.mockRestore());
    const before = await conversations.open(thread);
    await expect(conversations.append(before, said("lost"))).rejects.toMatchObject({ code: "unwritten" });
  });

  test("a table that is gone throws and never looks like a thread never seen", async () => {
    await fill(1);
    sqlite.database().exec("DROP TABLE keyv");
    await expect(conversations.open(thread)).rejects.toMatchObject({ code: "unread" });
  });

  test("a named value that the schema refuses counts as not there, stays as it is, and is named in the log once", async () => {
    await store.records("counts", z.string()).set("a", "my secret");
    const counts = store.records("counts", z.number());
    expect([await counts.get("a"), await counts.get("a")]).toEqual([undefined, undefined]);
    expect(logged).toMatchObject([[{ record: '"a"' }, expect.any(String)]]);
    expect(JSON.stringify(logged)).not.toContain("secret");
    expect(await store.records("counts", z.string()).get("a")).toBe("my secret");
  });

  test("named values of two kinds never meet, and one that could not be read back is refused", async () => {
    const personas = store.records("personas", z.object({ text: z.string() }));
    const counts = store.records("counts", z.number());
    for (const key of ["", ":", "records/personas:a", "a"]) await personas.set(key, { text: `persona ${key}` });
    await counts.set("a", 7);
    for (const key of ["", ":", "records/personas:a", "a"]) {
      expect(await personas.get(key)).toEqual({ text: `persona ${key}` });
    }
    expect(await counts.get("a")).toBe(7);
    await personas.delete("a");
    expect([await personas.get("a"), await counts.get("a")]).toEqual([undefined, 7]);
    await expect(counts.set("a", Number.NaN)).rejects.toMatchObject({ code: "unwritten" });
  });

  test("all named values of a kind are listed, but for those that the schema refuses", async () => {
    const counts = store.records("counts", z.number());
    for (let n = 0; n < 1_200; n++) await counts.set(`"count" ${n}:`, n);
    await store.records("counts", z.string()).set("no count", "seven");
    await store.records("other", z.number()).set("elsewhere", 1);
    const listed = new Map<string, number>();
    for await (const [key, value] of counts.entries()) listed.set(key, value);
    expect(listed).toEqual(new Map(Array.from({ length: 1_200 }, (_, n) => [`"count" ${n}:`, n])));
    sqlite.database().close();
    await expect(counts.entries()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      name: "StoreError",
      code: "unread",
    });
  });

  test("a named value may use the name of a conversation's table", async () => {
    await store.records("conversations", z.string()).set("test:1", "not a head");
    expect(await conversations.open(thread)).toMatchObject({ joined: false });
  });
});

test("kill -9 in the middle of appending loses nothing acknowledged", { timeout: 60_000 }, async () => {
  const url = `sqlite://${folder}/parley.sqlite`;
  const script = join(import.meta.dirname, "append-forever.ts");
  for (const round of [1, 2, 3]) {
    const child = spawn(process.execPath, [script, url], { stdio: ["ignore", "pipe", "inherit"] });
    let acknowledged = 0;
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      lines += 1;
      if (lines === 60 * round) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");

    const logged: object[] = [];
    const store = await openStore(url, { warn: (fields) => logged.push(fields) });
    const opened = await store.conversations.open(threadId("test:killed"));
    await store.close();
    expect(logged).toEqual([]);
    expect(opened.next).toBeGreaterThanOrEqual(acknowledged);
    // Both turns of a step, or neither.
    expect(opened.next % 2).toBe(0);
    expect(opened.turns.map((turn) => turn.text)).toEqual(Array.from({ length: opened.next }, (_, turn) => `${turn}`));
  }
});
