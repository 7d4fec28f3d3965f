import { describe, expect, test } from "vitest";
import { classifyEdit } from "../../src/answering/classify-edit.ts";
import { messageId } from "../../src/port/index.ts";
import type { Conversation, Turn } from "../../src/store/conversation-store.ts";
import { answered, said } from "../store/build-turn.ts";
import { messageOf, placeOf } from "../support/build-event.ts";

const q1 = messageId("q1");
const asked = said("old", { message: q1 });
const later = said("later", { message: messageId("q2") });
const reply = answered("yes", { messages: [messageId("b1")] });
const windowOf = (...turns: readonly Turn[]): Conversation => ({
  thread: placeOf().thread,
  joined: true,
  start: 0,
  next: turns.length,
  turns,
});
const judge = (turns: readonly Turn[], text = "new", addressed = true) =>
  classifyEdit(messageOf(text, { message: q1 }), windowOf(...turns), addressed);

describe("an edited message", () => {
  test.each<[string, readonly Turn[], ReturnType<typeof judge>]>([
    ["that the window does not hold is unknown", [later], { kind: "unknown" }],
    ["that was answered last is the last", [asked, reply], { kind: "last", standing: reply.messages }],
    ["is the last although others spoke since", [asked, reply, later], { kind: "last", standing: reply.messages }],
    ["after which others were answered is older", [asked, reply, later, reply], { kind: "older" }],
    ["that was answered together with a later one is older", [asked, later, reply], { kind: "older" }],
    ["whose answer was taken away gets no other", [asked, { ...reply, withdrawn: true }], { kind: "older" }],
    ["whose answer stands nowhere gets no other", [asked, { ...reply, messages: [] }], { kind: "older" }],
    ["that nobody answered yet is open", [asked, later], { kind: "open" }],
    ["that was deleted stays so", [{ ...asked, text: "", deleted: true }, reply], { kind: "same" }],
  ])("%s", (_, turns, verdict) => {
    expect(judge(turns)).toEqual(verdict);
  });

  test("that reads as before is the same, though its file's address has another signature", () => {
    const file = { name: "a.txt", mediaType: "text/plain", bytes: 3, url: "https://example.org/a?sig=1" };
    const before = { ...asked, attachments: [{ ...file, text: "abc" }] };
    const now = {
      ...messageOf("old", { message: q1 }),
      attachments: [{ ...file, url: "https://example.org/a?sig=2" }],
    };
    expect(classifyEdit(now, windowOf(before, reply), true)).toEqual({ kind: "same" });
    expect(classifyEdit({ ...now, attachments: [] }, windowOf(before, reply), true)).toMatchObject({ kind: "last" });
  });

  test("that wants no answer and has none is older", () => {
    expect(judge([asked], "new", false)).toEqual({ kind: "older" });
  });
});
