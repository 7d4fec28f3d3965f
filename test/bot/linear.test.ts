import { Client, ClientUser, type DMChannel, type Message } from "discord.js";
import { beforeAll, describe, expect, test } from "vitest";
import { toText as toDiscordText, toThreadName } from "../../adapters/discord/format.ts";
import { toMessageEvent as toDiscordEvent } from "../../adapters/discord/inbound.ts";
import { parseTyped } from "../../adapters/slack/app/commands.ts";
import { escaped, mentionedIn, toText as toSlackText } from "../../adapters/slack/workspace/format.ts";
import { toMessageEvent as toSlackEvent } from "../../adapters/slack/workspace/inbound.ts";
import { toEvent } from "../../adapters/terminal/line.ts";
import { fillPlaceholders } from "../../src/choices/placeholders.ts";
import { toPersona } from "../../src/choices/presets.ts";
import { commandSpecs } from "../../src/commands/catalog.ts";
import { parseInline } from "../../src/commands/inline.ts";
import { readWritten } from "../../src/commands/persona-scope.ts";
import { exportThread } from "../../src/memory/export-thread.ts";
import { demoReply } from "../../src/model/demo/demo-replies.ts";
import { beginningWithin, type CountTokens, countTokens } from "../../src/model/tokens.ts";
import { type MessageEvent, messageId, quoteHeading, userId } from "../../src/port/index.ts";
import { arrived } from "../../src/prompt/arrived.ts";
import { cutMessage } from "../../src/prompt/cut-message.ts";
import { createNames, personContent, promptMessages } from "../../src/prompt/prompt-messages.ts";
import { buildSummaryPrompt } from "../../src/prompt/summary/summary-prompt.ts";
import { counted, toPersonTurn } from "../../src/prompt/turns.ts";
import { trimWindow } from "../../src/prompt/window.ts";
import type { Conversation, PersonTurn } from "../../src/store/conversation-store.ts";
import { said } from "../store/build-turn.ts";
import { createContext } from "../support/adapter-context.ts";
import { messageOf, placeOf } from "../support/build-event.ts";
import { growth } from "../support/growth.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { recordingLog } from "../support/recording-log.ts";

/** `LINEAR=exact` measures each cell as if it were conspicuous: minutes instead of seconds. */
const exact = process.env["LINEAR"] === "exact";

/** What people may repeat: signs that some reader on the way looks for. */
const constructs: Readonly<Record<string, string>> = {
  dots: ".",
  "exclamation marks": "!",
  "dots and an x": ".x",
  spaces: " ",
  tabs: "\t",
  "line ends": "\n",
  "short lines": "ab\n",
  letters: "a",
  words: "word ",
  "opening brackets": "[",
  "links begun": "[a](",
  parentheses: "((",
  slashes: "/",
  "less-than": "<",
  "less-than and spaces": "< ",
  "tags begun": "</message",
  tags: '<message from="a">',
  "escaped signs": "&lt;",
  ampersands: "&",
  "mentions begun": "<@",
  "calls begun": "<!",
  "mentions of the bot": "<@9> ",
  "mentions of a user": "<@12345>",
  "labelled mentions": "<@9|ann> ",
  "labels begun": "<@9|",
  "emoji codes": "<:wave:1>",
  "emoji begun": "<:wave",
  colons: ":",
  quotes: "> ",
  bars: "||",
  "spoilers and stars": "||*",
  backticks: "`",
  "two backticks and a space": "`` ",
  stars: "**a ",
  braces: "{user",
  persona: "persona ",
  "persona set": "persona set ",
  "the slash command": "/parley ",
  options: "scope=",
  zalgo: "a\u0301\u0327\u0308",
  "zero-width signs": "\u200b",
  "lone surrogates": "\ud83d",
  faces: "👩‍👩‍👧",
  "mixed scripts": "é漢字",
  addresses: "https://a.b/c ",
  timestamps: "<!date^1392734382^{date}|x>",
};

/** The construct at such a length, with something else behind it: readers that look for an end must not find it there. */
const repeated = (unit: string, length: number): string => `${unit.repeat(Math.ceil(length / unit.length))}x`;

const place = placeOf();
const none = { user: () => undefined, channel: () => undefined, role: () => undefined };
const slackSetting = {
  team: "T1",
  teamName: "Acme",
  bot: "Parley",
  botUserId: "9",
  person: { id: "U1", name: "Ann", isAdmin: false, isStranger: false },
  channel: { name: "general", creator: "U2", isGroup: false },
  names: none,
};
const context = createContext(recordingLog());
const clock = createManualClock();
const cheap: CountTokens = (text) => Math.ceil(text.length / 4);
const turnOf = (text: string): PersonTurn => counted(said(text), place, cheap);
const windowOf = (...turns: readonly PersonTurn[]): Conversation => ({
  thread: place.thread,
  joined: true,
  start: 0,
  next: turns.length,
  turns,
});
const fileOf = (text: string) => ({ name: text, mediaType: text, bytes: 1, url: text, text });
const all = (text: string): MessageEvent =>
  messageOf(text, {
    quote: { author: text, text, own: false },
    attachments: [fileOf(text)],
    author: { id: userId("u"), name: text },
  });

const slackEvent = (text: string) =>
  toSlackEvent({ ts: "1.2", channel: "C1", user: "U1", text, attachments: [{ is_share: true, text }] }, slackSetting);

const discordEvent = createDiscordReader();

/** A direct message as Discord sends it, read by the real client. */
function createDiscordReader(): (text: string) => MessageEvent | undefined {
  const client = new Client({ intents: [] });
  const user = (id: string, bot: boolean) => ({ id, username: `u${id}`, discriminator: "0", avatar: null, bot });
  client.user = Reflect.construct(ClientUser, [client, user("9", true)]);
  const channels = client.channels as unknown as { _add(data: object): DMChannel };
  const channel = channels._add({ id: "5", type: 1, recipients: [user("1", false)] });
  const messages = channel.messages as unknown as { _add(data: object, cache: boolean): Message };
  const timestamp = "2026-01-15T12:00:00.000Z";
  const rest = { channel_id: "5", type: 0, timestamp, mentions: [], mention_roles: [], embeds: [], components: [] };
  return (content) => {
    const attachments = [{ id: "1", filename: content, content_type: content, size: 1, url: content, proxy_url: "" }];
    const message = { ...rest, id: "7", author: user("1", false), content, attachments };
    return toDiscordEvent(messages._add(message, false), "thread");
  };
}

let count: CountTokens;
beforeAll(async () => {
  count = countTokens;
});

const exported = (...turns: readonly PersonTurn[]) => {
  async function* turnsOf() {
    yield* turns;
  }
  return exportThread(place, { store: { turnsOf } as never, summaries: { at: async () => undefined } as never, clock });
};

/** All that becomes of a message between its arrival and the model. */
function path(heard: MessageEvent | undefined): unknown {
  const event = arrived(heard ?? messageOf(""));
  if (event.kind !== "message") return undefined;
  parseInline(event.text, event.place);
  const { turn } = cutMessage(toPersonTurn(event, cheap), event.place, 6_000, cheap);
  return promptMessages("You are a bot.", event.place, trimWindow(windowOf(turn), 10_000));
}

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  "Discord's event": discordEvent,
  "Discord's text": (text) => toDiscordText(text, ["<@9>", "<@!9>"], none),
  "a thread's name": (text) => toThreadName(text, text),
  "Slack's event": slackEvent,
  "Slack's text": (text) => toSlackText(text, "9", none),
  "Slack's mentions": mentionedIn,
  "Slack's escaping": escaped,
  "what is typed behind Slack's command": (text) => parseTyped(text, commandSpecs, context.complete),
  "… as a persona": (text) => parseTyped(`persona ${text}`, commandSpecs, context.complete),
  "the terminal's event": (text) => toEvent(text, place, { id: userId("u"), name: "Ann" }, context),
  "… as a command": (text) => toEvent(`/persona set ${text}`, place, { id: userId("u"), name: "Ann" }, context),
  "the arrival": (text) => arrived(all(text)),
  "a command in words": (text) => parseInline(text, { commandPrefix: "/parley ", serverNoun: "workspace" }),
  "… as a persona's text": (text) => parseInline(`persona set channel: ${text}`),
  "… behind a word for where it applies": (text) => readWritten(`channel${text}`, place),
  "… behind spaces": (text) => parseInline(`persona${text}set`),
  "a person's words": (text) => personContent(all(text), text),
  "a prompt": (text) => promptMessages(text, placeOf({ bot: text }), windowOf(turnOf(text), turnOf(text)), text),
  "a summary's prompt": (text) => buildSummaryPrompt({ earlier: text, turns: [turnOf(text)], words: 100 }),
  "a cut": (text) => cutMessage(toPersonTurn(all(text), cheap), place, 2_000, cheap),
  "a persona": (text) =>
    fillPlaceholders(toPersona(text).text, { date: "", user: text, server: "", channel: "", bot: "", model: "" }),
  "a heading": quoteHeading,
  "an export": (text) =>
    exported({ ...turnOf(text), quote: { author: text, text, own: false }, attachments: [fileOf(text)] }),
  "the demo's answer": (text) => demoReply([{ role: "user", content: text }]),
  "the path from Discord": (text) => path(discordEvent(text)),
  "the path from Slack": (text) => path(slackEvent(text)),
};

const timeout = exact ? 600_000 : 60_000;

test.each(Object.entries(readers))(
  "%s takes time in proportion to the text, whatever it repeats",
  { timeout },
  async (_, read) => {
    const bad: Record<string, string> = {};
    for (const [name, unit] of Object.entries(constructs)) {
      const why = await growth((length) => read(repeated(unit, length)), 10_000, exact);
      if (why !== undefined) bad[name] = why;
    }
    expect(bad).toEqual({});
  },
);

/** The tokenizer takes milliseconds for a thousand words of some scripts, so not each construct is counted each time. */
const countedConstructs = ["dots", "spaces", "letters", "mixed scripts", "faces", "less-than", "words"];

test.each([
  ["a count of tokens", (text: string) => count(text)],
  ["a beginning of so many tokens", (text: string) => beginningWithin(text, 1_000, count)],
])("%s takes time in proportion to the text, whatever it repeats", { timeout }, async (_, read) => {
  const bad: Record<string, string> = {};
  for (const name of exact ? Object.keys(constructs) : countedConstructs) {
    const why = await growth((length) => read(repeated(constructs[name] ?? "", length)), exact ? 10_000 : 5_000, exact);
    if (why !== undefined) bad[name] = why;
  }
  expect(bad).toEqual({});
});

test.each(["dots", "spaces", "less-than", "tags begun", "mentions of the bot", "lone surrogates"])(
  "a line of 1 MB of %s as well",
  { timeout },
  async (name) => {
    const unit = constructs[name] ?? "";
    expect(await growth((length) => path(discordEvent(repeated(unit, length))), 250_000)).toBeUndefined();
    expect(await growth((length) => path(slackEvent(repeated(unit, length))), 250_000)).toBeUndefined();
  },
);

describe("what there are many of takes time in proportion to their number", () => {
  const many = <T>(length: number, make: (at: number) => T): readonly T[] =>
    Array.from({ length }, (_, at) => make(at));
  const speaker = (at: number): PersonTurn => ({
    ...turnOf("Hi"),
    message: messageId(`m${at}`),
    author: { id: userId(`u${at}`), name: "Ann" },
  });

  test.each([
    ["people of one name", (n: number) => many(n, (at) => speaker(at).author).map(createNames())],
    ["turns of a prompt", (n: number) => promptMessages("", place, windowOf(...many(n, speaker)))],
    [
      "turns of a summary",
      (n: number) => buildSummaryPrompt({ earlier: undefined, turns: many(n, speaker), words: 9 }),
    ],
    ["turns of a window", (n: number) => trimWindow(windowOf(...many(n, speaker)), 100)],
    [
      "turns of an export, more than a file holds",
      (n: number) => exported(...many(n, (at) => ({ ...speaker(at), text: "x".repeat(1_000) }))),
    ],
    ["files of a message", (n: number) => path(messageOf("Look", { attachments: many(n, (at) => fileOf(`${at}`)) }))],
  ])("%s", { timeout }, async (_, work) => {
    expect(await growth(work, 2_500, exact)).toBeUndefined();
  });
});

test("a square is found, and a line is not", { timeout }, async () => {
  expect(await growth((length) => /[.!]+$/.test(`${".".repeat(length)}x`), 3_000)).toMatch(/^ms at/);
  expect(await growth((length) => /(?<![.!])[.!]+$/.test(`${".".repeat(length)}x`), 5_000)).toBeUndefined();
});
