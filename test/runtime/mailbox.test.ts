import { expect, test } from "vitest";
import { threadId } from "../../src/port/index.ts";
import { createMailboxes } from "../../src/runtime/mailbox.ts";
import { gate } from "../conversation/open-bot.ts";
import { settled } from "../support/manual-clock.ts";
import { bulkyName, heapGrowth } from "./heap-growth.ts";

const thread = threadId("test:1");
const other = threadId("test:2");

test("what is posted to a thread runs alone and in order", async () => {
  const mailboxes = createMailboxes();
  const first = gate();
  const log: string[] = [];
  const post = (name: string, until = Promise.resolve()) =>
    mailboxes.post(thread, async () => {
      log.push(`${name} begins`);
      await until;
      log.push(`${name} ends`);
    });
  const all = [post("a", first.opened), post("b"), post("c")];
  await settled();
  expect(log).toEqual(["a begins"]);
  first.open();
  await Promise.all(all);
  expect(log).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("threads do not wait for one another", async () => {
  const mailboxes = createMailboxes();
  const held = gate();
  const waiting = mailboxes.post(thread, () => held.opened);
  expect(await mailboxes.post(other, async () => "done")).toBe("done");
  held.open();
  await waiting;
});

test("a task that fails tells its poster alone, and the next one runs", async () => {
  const mailboxes = createMailboxes();
  const failing = mailboxes.post(thread, () => Promise.reject(new Error("broken")));
  const next = mailboxes.post(thread, async () => "done");
  await expect(failing).rejects.toThrow("broken");
  expect(await next).toBe("done");
});

test("a task that throws before its first wait rejects as well", async () => {
  const mailboxes = createMailboxes();
  const failing = mailboxes.post(thread, () => {
    throw new Error("broken");
  });
  await expect(failing).rejects.toThrow("broken");
});

test("idle comes when all threads are done, also with what was posted meanwhile", async () => {
  const mailboxes = createMailboxes();
  const [first, second] = [gate(), gate()];
  let idle = false;
  void mailboxes.post(thread, () => first.opened);
  const waiting = mailboxes.idle().then(() => {
    idle = true;
  });
  void mailboxes.post(thread, () => second.opened);
  first.open();
  await settled();
  expect(idle).toBe(false);
  second.open();
  await waiting;
});

test("idle comes at once where nothing runs", async () => {
  await createMailboxes().idle();
});

test("a thread that fell idle leaves nothing behind", async () => {
  const mailboxes = createMailboxes();
  const growth = await heapGrowth(async () => {
    for (let index = 0; index < 10_000; index++) {
      await mailboxes.post(threadId(bulkyName(index)), async () => undefined);
    }
    await settled();
  });
  expect(growth).toBeLessThan(5_000_000);
});
