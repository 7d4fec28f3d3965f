import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { type ThreadId, threadId, userId } from "../../src/port/index.ts";
import type { ErasureScheduler, Turn } from "../../src/store/conversation-store.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { runs } from "../support/fuzz.ts";
import { wordsInFile } from "../support/words-in-file.ts";
import { answered, said } from "./build-turn.ts";

const ada = { id: userId("u-ada"), name: "Ada" };
const bob = { id: userId("u-bob"), name: "Bob" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-forget-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const atOnce: ErasureScheduler = { exclusive: (_, task) => task(), pause: async () => undefined };

async function open(url = "sqlite://:memory:") {
  const logged: unknown[] = [];
  const store = await openStore(url, { warn: (fields) => logged.push(fields) });
  onTestFinished(() => store.close());
  const { conversations } = store;
  const add = async (thread: ThreadId, ...turns: readonly Turn[]) => {
    await conversations.append(await conversations.open(thread), ...turns);
  };
  const textsOf = async (thread: ThreadId) => (await conversations.open(thread)).turns.map(({ text }) => text);
  return { ...store, logged, add, textsOf };
}

test("whatever people said in whatever order, none of a person's words is left, all of the others' are, and nothing looks lost", async () => {
  const turn = fc.record({ who: fc.constantFrom("ada", "bob", "bot"), thread: fc.integer({ min: 0, max: 4 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { maxLength: 60 }), async (plan) => {
      const { conversations, add, textsOf, logged } = await open();
      const nameOf = (thread: number) => threadId(["a", "a#1", 'a"', "a:b", "b"][thread] ?? "");
      for (const [at, { who, thread }] of plan.entries()) {
        const one = who === "bot" ? answered(`bot ${at}`) : said(`${who} ${at}`, { author: who === "ada" ? ada : bob });
        await add(nameOf(thread), one);
      }
      const gone = await conversations.forgetPerson({ id: ada.id }, atOnce);
      const hers = plan.filter(({ who }) => who === "ada");
      expect(gone.messages).toBe(hers.length);
      expect(gone.threads).toBe(new Set(hers.map(({ thread }) => thread)).size);
      for (let thread = 0; thread < 5; thread++) {
        const left = await textsOf(nameOf(thread));
        const others = plan.flatMap((one, at) => (one.thread === thread && one.who === "bob" ? [`bob ${at}`] : []));
        expect(left.filter((text) => !text.startsWith("bot"))).toEqual(others);
        const { next } = await conversations.open(nameOf(thread));
        expect(next).toBe(plan.filter((one) => one.thread === thread).length);
      }
      expect(logged).toEqual([]);
      expect(await conversations.forgetPerson({ id: ada.id }, atOnce)).toEqual({ messages: 0, answers: 0, threads: 0 });
    }),
    runs(30, 11),
  );
});

test("what is said while it looks is forgotten too, each thread in its turn", async () => {
  const { conversations, add, textsOf } = await open();
  const thread = threadId("busy");
  await add(thread, said("first", { author: bob }), said("hers", { author: ada }));
  const gone = await conversations.forgetPerson(
    { id: ada.id },
    {
      pause: async () => undefined,
      exclusive: async (_, task) => {
        await add(thread, answered("her answer"), said("hers again", { author: ada }), said("last", { author: bob }));
        return task();
      },
    },
  );
  expect(gone).toEqual({ messages: 2, answers: 1, threads: 1 });
  expect(await textsOf(thread)).toEqual(["first", "last"]);
});

test("a thread that was started over while it looked stays empty", async () => {
  const { conversations, add, textsOf } = await open();
  const thread = threadId("reset");
  await add(thread, said("his", { author: bob }), said("hers", { author: ada }));
  await conversations.forgetPerson(
    { id: ada.id },
    {
      pause: async () => undefined,
      exclusive: async (_, task) => {
        await conversations.forget(thread);
        await add(thread, said("new", { author: bob }));
        return task();
      },
    },
  );
  expect(await textsOf(thread)).toEqual(["new"]);
  expect(await conversations.forget(thread)).toBe(1);
});

test("a record that cannot be read goes if it names the person, and one thread that fails does not keep the others", async () => {
  const url = `sqlite://${folder}/parley.sqlite`;
  const { conversations, add, textsOf } = await open(url);
  const [damaged, whole] = [threadId("damaged"), threadId("whole")];
  await add(damaged, said("secret of hers", { author: ada }), said("his", { author: bob }));
  await add(whole, said("hers", { author: ada }), said("his", { author: bob }));
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(`${folder}/parley.sqlite`);
  database.prepare(`UPDATE keyv SET value = replace(value, '"v":1', '"v":9') WHERE key LIKE '"damaged"%'`).run();
  database.close();
  const failing: ErasureScheduler = {
    pause: async () => undefined,
    exclusive: (thread, task) => (thread === whole ? Promise.reject(new Error("disk")) : task()),
  };
  await expect(conversations.forgetPerson({ id: ada.id }, failing)).rejects.toThrow("disk");
  expect(wordsInFile(`${folder}/parley.sqlite`, "secret of hers").rows).toEqual([]);
  await conversations.forgetPerson({ id: ada.id }, atOnce);
  expect(await textsOf(whole)).toEqual(["his"]);
});

test("thousands of threads are looked through in pieces, few wait at a time, and everything else goes on in between", async () => {
  const { conversations, add } = await open(`sqlite://${folder}/parley.sqlite`);
  for (let at = 0; at < 2_000; at++) await add(threadId(`t${at}`), said("hers", { author: ada }), answered("a"));
  let pauses = 0;
  let waiting = 0;
  let most = 0;
  const gone = await conversations.forgetPerson(
    { id: ada.id },
    {
      pause: async () => void pauses++,
      exclusive: async (_, task) => {
        most = Math.max(most, ++waiting);
        await new Promise((resolve) => setImmediate(resolve));
        const result = await task();
        waiting--;
        return result;
      },
    },
  );
  expect(gone).toEqual({ messages: 2_000, answers: 2_000, threads: 2_000 });
  expect(pauses).toBeGreaterThan(10);
  expect(most).toBeLessThanOrEqual(20);
});

test("what is deleted is written over at once, without a purge", async () => {
  const file = `${folder}/parley.sqlite`;
  const store = await openStore(`sqlite://${file}`, { warn: () => undefined });
  const thread = threadId("t");
  await store.conversations.append(await store.conversations.open(thread), said("quokkazanzibar ".repeat(500)));
  await store.conversations.forget(thread);
  await store.close(); // which brings SQLite's log into the file
  expect(wordsInFile(file, "quokkazanzibar")).toEqual({ rows: [], bytes: 0 });
});

test("after a purge the bytes are gone as well, also those that SQLite copied while it moved rows", async () => {
  const file = `${folder}/parley.sqlite`;
  const { records, purge } = await open(`sqlite://${file}`);
  const texts = records("texts", z.string());
  // Of these, seventeen copies would be left without a purge.
  let state = 3;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const key = () => `t${Math.floor(random() * 40)}#${Math.floor(random() * 60)}`;
  const hers = new Set<string>();
  for (let at = 0; at < 800; at++) {
    const [name, isHers] = [key(), random() < 0.3];
    const words = 1 + Math.floor(random() * (random() < 0.1 ? 1_100 : 70));
    await texts.set(name, (isHers ? "quokkazanzibar " : "other ").repeat(words));
    if (isHers) hers.add(name);
    else hers.delete(name);
    if (random() < 0.1) await texts.delete(key());
  }
  for (const name of hers) await texts.delete(name);
  await purge();
  expect(wordsInFile(file, "quokkazanzibar")).toEqual({ rows: [], bytes: 0 });
});

test("turns that no head counts any more go as well", async () => {
  const file = `${folder}/parley.sqlite`;
  const { conversations, add } = await open(`sqlite://${file}`);
  const [headless, aside] = [threadId("headless"), threadId("aside")];
  for (const thread of [headless, aside]) await add(thread, said("secret of hers", { author: ada }), answered("so"));
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(file);
  database.prepare("DELETE FROM keyv WHERE key = ?").run(JSON.stringify(headless));
  database.prepare("UPDATE keyv SET value = ? WHERE key = ?").run('{"v":1,"first":9,"start":9,"next":9}', '"aside"');
  database.close();
  const gone = await conversations.forgetPerson({ id: ada.id }, atOnce);
  expect(gone).toEqual({ messages: 2, answers: 2, threads: 2 });
  expect(wordsInFile(file, "secret of hers").rows).toEqual([]);
});
