import { expect, test } from "vitest";
import { type Situation, triage } from "../../src/answering/triage.ts";
import type { MessageEvent } from "../../src/port/index.ts";
import { directPlace, messageOf, placeOf } from "../support/build-event.ts";

const file = { name: "a.txt", mediaType: "text/plain", bytes: 1, url: "https://example.org/a.txt" };
const quote = { author: "Bob", text: "What is this?", own: false };
const direct = { via: "direct", place: directPlace() } as const;
const mention = { via: "mention" } as const;
const overheard = { via: "ambient" } as const;
const channel = { via: "ambient", place: placeOf({ kind: "channel" }) } as const;
const fresh = { via: "ambient", place: placeOf({ kind: "new-thread" }) } as const;
const joined = { joined: true, known: false, followThreads: true };

type Row = readonly [fact: string, message: Partial<MessageEvent>, situation: Partial<Situation>, decision: string];

const rows: readonly Row[] = [
  ["a direct message", direct, {}, "answer"],
  ["a direct message to a stranger", direct, { joined: false }, "answer"],
  ["a direct message while threads are not followed", direct, { followThreads: false }, "answer"],
  ["a mention", mention, {}, "answer"],
  ["a mention in a thread it never joined", mention, { joined: false }, "answer"],
  ["a mention while threads are not followed", mention, { followThreads: false }, "answer"],
  ["a mention in a channel", { ...mention, place: placeOf({ kind: "channel" }) }, { joined: false }, "answer"],
  [
    "a mention that starts a thread",
    { ...mention, place: placeOf({ kind: "new-thread" }) },
    { joined: false },
    "answer",
  ],
  ["a message in a thread it joined", overheard, {}, "answer"],
  ["the same while threads are not followed", overheard, { followThreads: false }, "remember"],
  ["a message in strangers' thread", overheard, { joined: false }, "ignore stranger-thread"],
  ["a message in a channel", channel, {}, "ignore not-a-thread"],
  ["a message where a thread would be started", fresh, {}, "ignore not-a-thread"],
  ["an empty message in a thread it joined", { ...overheard, text: " \n" }, {}, "ignore empty"],
  ["a file without a word", { ...overheard, text: "", attachments: [file] }, {}, "answer"],
  ["a message that points at another without a word", { ...overheard, text: "", quote }, {}, "ignore empty"],
  ["an empty mention", { ...mention, text: "" }, {}, "answer"],
  ["a mention that the memory holds already", mention, { known: true }, "ignore repeated"],
  ["a direct message that the memory holds already", direct, { known: true }, "ignore repeated"],
  ["an overheard message that the memory holds already", overheard, { known: true }, "ignore repeated"],
];

test.each(rows)("%s", (_, message, situation, expected) => {
  const decision = triage(messageOf("Hello", message), { ...joined, ...situation });
  expect(decision.kind === "ignore" ? `ignore ${decision.reason}` : decision.kind).toBe(expected);
});
