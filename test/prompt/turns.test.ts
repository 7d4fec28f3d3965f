import { expect, test } from "vitest";
import { messageId } from "../../src/port/index.ts";
import { turnOverhead } from "../../src/prompt/prompt-messages.ts";
import { toBotTurn, toPersonTurn, toTurns } from "../../src/prompt/turns.ts";
import { ada, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { createManualClock } from "../support/manual-clock.ts";

/** Letters stand for tokens. */
const count = (text: string) => text.length;

test("a message becomes a turn with all that was said and when", () => {
  const quote = { author: "Bob", text: "Six.", own: false };
  const attachments = [{ name: "a.txt", mediaType: "text/plain", bytes: 1, url: "https://example.org/a" }];
  const event = messageOf("Why?", { quote, attachments, sentAt: 5 });
  expect(toPersonTurn(event, count)).toMatchObject({
    kind: "person",
    message: event.message,
    author: ada,
    text: "Why?",
    quote,
    attachments,
    at: 5,
  });
});

test("a turn is counted as it is sent: with its tags in a thread, bare in a direct conversation", () => {
  const inThread = toPersonTurn(messageOf("Hi"), count);
  const direct = toPersonTurn(messageOf("Hi", { place: directPlace() }), count);
  expect(inThread.tokens).toBe('<message from="Ada">\nHi\n</message>'.length + turnOverhead);
  expect(direct.tokens).toBe("Hi".length + turnOverhead);
});

test("an answer becomes a turn with its messages, its ending and the moment", () => {
  const clock = createManualClock(9);
  const turn = toBotTurn({ text: "Six.", ending: "length" }, [messageId("m1")], { clock, countTokens: count });
  expect(turn).toEqual({
    kind: "bot",
    messages: ["m1"],
    text: "Six.",
    ending: "length",
    at: 9,
    tokens: 4 + turnOverhead,
  });
});

test("what was said earlier keeps its speakers, the bot's own words are its own, and empty messages are left out", () => {
  const message = { author: ada, own: false, attachments: [], sentAt: 1 };
  const earlier = [
    { ...message, message: messageId("a"), text: "Pizza?" },
    { ...message, message: messageId("b"), text: "  " },
    { ...message, message: messageId("c"), text: "Yes.", own: true },
    {
      ...message,
      message: messageId("d"),
      text: "",
      attachments: [{ name: "plan.pdf", mediaType: "application/pdf", bytes: 9, url: "https://example.org" }],
    },
  ];
  const turns = toTurns(earlier, placeOf(), count);
  expect(turns).toMatchObject([
    { kind: "person", message: "a", author: ada, text: "Pizza?", at: 1 },
    { kind: "bot", messages: ["c"], text: "Yes.", ending: "whole" },
    { kind: "person", message: "d", attachments: [{ name: "plan.pdf" }] },
  ]);
});
