import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MessageId, messageId, type ThreadId, threadId } from "../../src/port/index.ts";
import { type ConversationStore, StoreError, type Turn } from "../../src/store/conversation-store.ts";
import { answered, said } from "../store/build-turn.ts";

/** A store under test. */
export type OpenedStore = {
  readonly conversations: ConversationStore;
  /** Closes it, and opens it again as the next process would. */
  reopen(): Promise<ConversationStore>;
  close(): Promise<void>;
};

export type StoreUnderTest = {
  /** What is written outlives the process. */
  readonly durable: boolean;
  open(): Promise<OpenedStore>;
};

/** What every store promises the core, whatever it stands on. */
export function describeStoreContract(name: string, { durable, open }: StoreUnderTest): void {
  describe(`${name} keeps conversations`, () => {
    let store: OpenedStore;
    let conversations: ConversationStore;

    beforeEach(async () => {
      store = await open();
      conversations = store.conversations;
    });

    afterEach(async () => {
      await store.close().catch(() => undefined); // some tests have closed it
    });

    const thread = threadId("discord:1:2");
    const add = async (to: ThreadId, ...turns: readonly Turn[]) =>
      conversations.append(await conversations.open(to), ...turns);
    const textsOf = async (of: ThreadId) => (await conversations.open(of)).turns.map((turn) => turn.text);

    test("a thread never seen is not joined and empty", async () => {
      expect(await conversations.open(thread)).toEqual({ thread, joined: false, start: 0, next: 0, turns: [] });
    });

    test("what was appended is what is opened, every field of it", async () => {
      const quote = { author: "Bo", text: "> hm", own: false };
      const attachments = [{ name: "a.png", mediaType: "image/png", bytes: 7, url: "https://example.com/a.png" }];
      const turns = [said("why?", { quote, attachments }), answered("because", { messages: [], ending: "length" })];
      const appended = await add(thread, ...turns);
      expect(appended).toEqual({ thread, joined: true, start: 0, next: 2, turns });
      expect(await conversations.open(thread)).toEqual(appended);
    });

    test("any text and any thread id come back as they were", async () => {
      const utf16 = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) });
      const anything = fc.oneof(utf16, fc.string({ unit: "binary" }), fc.constantFrom("", ":", ":base64:aGk=", "\0"));
      let run = 0;
      await fc.assert(
        fc.asyncProperty(anything, fc.array(anything, { minLength: 1, maxLength: 5 }), async (id, texts) => {
          run += 1;
          const fresh = threadId(`${id}${run}`);
          await add(fresh, ...texts.map((text) => said(text)));
          expect(await textsOf(fresh)).toEqual(texts);
        }),
        { numRuns: 150 },
      );
    });

    test("threads whose ids look alike never mix", async () => {
      const alike = [
        "a",
        "a:1",
        "a:1:0",
        "a#0",
        '"a"',
        '"a"#0',
        "A",
        "a ",
        "",
        "conversations:a",
        "a\ud800",
        "a\ud801",
        "a\0",
      ];
      for (const id of alike) await add(threadId(id), said(`first in ${id}`), answered(`second in ${id}`));
      for (const id of alike) {
        expect(await textsOf(threadId(id))).toEqual([`first in ${id}`, `second in ${id}`]);
      }
    });

    test("a start that was raised is saved by the next append, and the turns before it are no longer opened", async () => {
      const whole = await add(thread, said("0"), answered("1"), said("2"));
      const moved = await conversations.append({ ...whole, start: 2, turns: whole.turns.slice(2) }, answered("3"));
      expect(moved).toMatchObject({ start: 2, next: 4 });
      expect(await conversations.open(thread)).toEqual(moved);
      expect(moved.turns.map((turn) => turn.text)).toEqual(["2", "3"]);
    });

    test("a long thread is opened as far as its window reaches", async () => {
      let conversation = await conversations.open(thread);
      for (let turn = 0; turn < 200; turn++) {
        conversation = await conversations.append(conversation, said(`${turn}`));
        const start = Math.max(0, conversation.next - 5);
        conversation = { ...conversation, start, turns: conversation.turns.slice(-5) };
      }
      expect(await textsOf(thread)).toEqual(["194", "195", "196", "197", "198", "199"]);
    });

    test("more turns than a database takes at once are kept whole and in order", async () => {
      const texts = Array.from({ length: 1200 }, (_, turn) => `${turn}`);
      await add(thread, ...texts.map((text) => said(text)));
      expect(await textsOf(thread)).toEqual(texts);
    });

    test("a conversation that was changed meanwhile is refused, and what the other wrote stays", async () => {
      const stale = await conversations.open(thread);
      await add(thread, said("the other's"));
      await expect(conversations.append(stale, said("mine"))).rejects.toMatchObject({ code: "unwritten" });
      expect(await textsOf(thread)).toEqual(["the other's"]);
    });

    test("a turn that could not be read back is refused, and nothing of the append is kept", async () => {
      const before = await add(thread, said("kept"));
      const broken = conversations.append(before, said("lost"), said("never", { tokens: Number.NaN }));
      await expect(broken).rejects.toMatchObject({ code: "unwritten" });
      expect(await conversations.open(thread)).toEqual(before);
    });

    test("a thread that was forgotten is empty, still joined, and goes on", async () => {
      const other = await add(threadId("other"), said("untouched"));
      await add(thread, said("secret"), answered("noted"));
      expect(await conversations.forget(thread)).toBe(2);
      expect(await conversations.open(thread)).toMatchObject({ joined: true, start: 2, next: 2, turns: [] });
      await add(thread, said("hello again"));
      expect(await textsOf(thread)).toEqual(["hello again"]);
      expect(await conversations.open(other.thread)).toEqual(other);
    });

    test("a turn is amended in its place, by any of its messages, and all else stays as it was", async () => {
      const [m1, m2, m3] = ["m1", "m2", "m3"].map(messageId) as [MessageId, MessageId, MessageId];
      await add(
        thread,
        said("why?", { message: m1 }),
        answered("because", { messages: [m2, m3] }),
        said("oh", { message: messageId("m4") }),
      );
      const other = await add(threadId("other"), said("why?", { message: m1 }));
      expect(await conversations.amend(thread, [m1], (turn) => ({ ...turn, text: "how?" }))).toBe(1);
      expect(await conversations.amend(thread, [m3], (turn) => ({ ...turn, text: "" }))).toBe(1);
      expect(await textsOf(thread)).toEqual(["how?", "", "oh"]);
      expect(await conversations.open(thread)).toMatchObject({ start: 0, next: 3 });
      expect(await conversations.open(other.thread)).toEqual(other);
    });

    test("several turns are amended in one step", async () => {
      const messages = ["a", "b", "c"].map(messageId);
      await add(thread, ...messages.map((message) => said(message, { message })));
      const gone = (turn: Turn): Turn => (turn.kind === "person" ? { ...turn, text: "", deleted: true } : turn);
      expect(await conversations.amend(thread, messages.slice(0, 2), gone)).toBe(2);
      expect((await conversations.open(thread)).turns).toMatchObject([
        { deleted: true },
        { deleted: true },
        { text: "c" },
      ]);
    });

    test("what no turn stands in, what the window has passed and what is left as it is are not amended", async () => {
      const whole = await add(thread, said("0", { message: messageId("m0") }), said("1"));
      await conversations.append({ ...whole, start: 1, turns: whole.turns.slice(1) });
      const shout = (turn: Turn): Turn => ({ ...turn, text: "!" });
      expect(await conversations.amend(thread, [messageId("m0"), messageId("never")], shout)).toBe(0);
      expect(await conversations.amend(thread, [messageId("m1")], (turn) => turn)).toBe(0);
      expect(await conversations.amend(threadId("never seen"), [messageId("m1")], shout)).toBe(0);
      expect(await conversations.open(threadId("never seen"))).toMatchObject({ joined: false });
      expect(await textsOf(thread)).toEqual(["1"]);
    });

    test("a conversation opened before a turn of it was amended can still be added to", async () => {
      const opened = await add(thread, said("0"));
      await conversations.amend(thread, [messageId("m1")], (turn) => ({ ...turn, text: "zero" }));
      await conversations.append(opened, said("1"));
      expect(await textsOf(thread)).toEqual(["zero", "1"]);
    });

    test("an amendment that could not be read back is refused, and the turn stays as it was", async () => {
      await add(thread, said("kept"));
      const broken = conversations.amend(thread, [messageId("m1")], (turn) => ({ ...turn, tokens: Number.NaN }));
      await expect(broken).rejects.toMatchObject({ code: "unwritten" });
      expect(await textsOf(thread)).toEqual(["kept"]);
    });

    test("forgetting counts what the window has passed, and nothing twice", async () => {
      const whole = await add(thread, said("0"), said("1"), said("2"));
      await conversations.append({ ...whole, start: 2, turns: whole.turns.slice(2) });
      expect(await conversations.forget(thread)).toBe(3);
      expect(await conversations.forget(thread)).toBe(0);
    });

    test("forgetting a thread never seen does not join it", async () => {
      expect(await conversations.forget(thread)).toBe(0);
      expect(await conversations.open(thread)).toMatchObject({ joined: false });
    });

    test("a conversation opened before its memory was started over cannot bring it back", async () => {
      const before = await add(thread, said("secret"));
      await conversations.forget(thread);
      await expect(conversations.append(before, answered("late"))).rejects.toThrow(StoreError);
      expect(await textsOf(thread)).toEqual([]);
    });

    test(durable ? "the next process finds everything" : "the next process finds nothing", async () => {
      const before = await add(thread, said("still there?"), answered("yes"));
      const next = await store.reopen();
      const none = { thread, joined: false, start: 0, next: 0, turns: [] };
      expect(await next.open(thread)).toEqual(durable ? before : none);
    });

    test("a store that cannot be reached throws and never looks empty", async () => {
      const before = await add(thread, said("here"));
      await store.close();
      await expect(conversations.open(thread)).rejects.toMatchObject({ name: "StoreError", code: "unread" });
      await expect(conversations.append(before, said("more"))).rejects.toThrow(StoreError);
      await expect(conversations.forget(thread)).rejects.toThrow(StoreError);
    });
  });
}
