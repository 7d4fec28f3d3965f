import fc from "fast-check";
import { expect } from "vitest";
import type { BotParts } from "../../src/bot.ts";
import { type Bot, createBot } from "../../src/bot.ts";
import { toPersona } from "../../src/choices/presets.ts";
import type { Exchange } from "../../src/exchange/exchange.ts";
import { questionRecord, stageRecord } from "../../src/exchange/exchange-record.ts";
import { createExchangeRows } from "../../src/exchange/exchange-rows.ts";
import { openStores } from "../../src/exchange/open-stores.ts";
import type { CoreSettings } from "../../src/limits/core-settings.ts";
import type { ModelClient } from "../../src/model/model-client.ts";
import {
  type Content,
  type DeletedEvent,
  eventId,
  type MessageEvent,
  type MessageId,
  messageId,
  noSurface,
  type Place,
  type ReplySurface,
  threadId,
} from "../../src/port/index.ts";
import { createEditBudget } from "../../src/reply/edit-budget.ts";
import { type Clock, never } from "../../src/runtime/clock.ts";
import type { Turn } from "../../src/store/conversation-store.ts";
import { openStore, type Store } from "../../src/store/keyv-store.ts";
import { ada, bob, placeOf } from "../support/build-event.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { recordingLog } from "../support/recording-log.ts";
import { createRecordingSurface, type RecordingSurface, testLimits } from "../support/recording-surface.ts";

/** Characters of one message: a long answer takes several. */
const longestMessage = 200;
/** How long it takes to make one. */
const postingMs = 300;

/** What people, admins, the clock and the power supply do. `which` says to what, or for how long. */
export type Step = { readonly act: Act; readonly which: number };
type Act = (typeof acts)[number];

const acts = [
  ...([
    "say",
    "say",
    "say",
    "say",
    "edit",
    "edit",
    "delete",
    "admin",
    "stop",
    "press",
    "reset",
    "retry",
    "shutdown",
  ] as const),
  ...(["miss", "kill", "jump", "wait", "wait", "wait", "wait"] as const),
];

export type Ways = {
  readonly place: "thread" | "channel";
  readonly whileAnswering: "queue" | "merge" | "interrupt";
  readonly resume: "retry" | "close";
};

export const steps = (most = 24): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ act: fc.constantFrom(...acts), which: fc.nat(9) }), { minLength: 3, maxLength: most });

export const ways: fc.Arbitrary<Ways> = fc.record({
  place: fc.constantFrom("thread", "thread", "channel"),
  whileAnswering: fc.constantFrom("queue", "queue", "merge", "interrupt"),
  resume: fc.constantFrom("retry", "retry", "close"),
});

/** The plug is pulled at one of the points at which something is written or sent: before it, or when it was done and nobody heard so. */
export type Cut = { readonly point: number; readonly when: "before" | "after" };

/** What was not heard before the plug was pulled may be lost: then its platform delivers it again, or knows of nobody who missed it. */
/** `isUnsure`: a change of it came as the plug was pulled, and may not have been heard. */
type Said = {
  readonly event: MessageEvent;
  text: string;
  deleted: boolean;
  heard: boolean;
  isUnsure?: true;
  readonly texts: string[];
};
type Prompt = { readonly text: string; readonly question: string; readonly step: number };

/** How often it was asked, and how many messages were made for it. */
type Wanted = { readonly asked: number; readonly made: number };

/** A life as it was, and what is left of it. */
export type Life = {
  /** An answer was taken away as the plug was pulled, so that nobody heard of it. */
  readonly isMissed: boolean;
  readonly steps: readonly Step[];
  readonly ways: Ways;
  /** Points at which the plug could have been pulled. */
  readonly points: number;
  readonly said: readonly Said[];
  readonly shown: RecordingSurface["contents"];
  readonly turns: readonly Turn[];
  readonly prompts: readonly Prompt[];
  /** Prompts that another start after the end has asked. */
  readonly later: number;
  /** Words that were taken away, and the number of prompts by then. */
  readonly gone: readonly { readonly text: string; readonly prompts: number }[];
  /** How often each question had been asked when somebody said stop, of those that nobody wanted again after. */
  readonly stopped: ReadonlyMap<string, Wanted>;
  /** What had been said when somebody said stop, or cleared the memory. */
  readonly stoppedAt: ReadonlySet<string>;
  readonly cleared: ReadonlySet<string>;
  /** Messages that were made for the answer to a question. */
  made(text: string): number;
  readonly undone: readonly string[];
  readonly offered: readonly string[];
  readonly errors: readonly string[];
};

export async function live(steps: readonly Step[], ways: Ways, cut?: Cut): Promise<Life> {
  const log = recordingLog();
  const store = await openStore("sqlite://:memory:", log);
  const manual = createManualClock();
  let ahead = 0;
  const clock: Clock = { now: () => manual.now() + ahead, wait: manual.wait };
  const surface = createRecordingSurface({ ...testLimits, maxLength: longestMessage });
  /** Whose answer each message is a part of. */
  const owners = new Map<MessageId, MessageId>();
  const place = placeIn(ways.place);
  const prompts: Prompt[] = [];
  const said: Said[] = [];
  const gone: { text: string; prompts: number }[] = [];
  const stopped = new Map<string, Wanted>();
  const stoppedAt = new Set<string>();
  const cleared = new Set<string>();
  const made = (text: string) =>
    new Set(
      surface.writes.flatMap(({ message, content }) => (content.markdown.includes(nameOf(text)) ? [message] : [])),
    ).size;
  let points = 0;
  let isMissed = false;
  let step = 0;
  let power = new AbortController();

  /** A process of which nothing is heard any more once the plug is pulled. */
  function start(): { readonly bot: Bot; readonly surface: (question?: MessageId) => ReplySurface } {
    const supply = power;
    const { signal } = supply;
    const pass = (): boolean => {
      const isCut = cut !== undefined && points++ === cut.point;
      if (cut === undefined) points++;
      if (isCut) supply.abort();
      return isCut;
    };
    const plug = <T extends object>(target: T, writes: readonly string[]): T =>
      plugged(target, signal, writes, () => pass(), cut?.when ?? "before");
    const records: Store["records"] = (namespace, schema) => plug(store.records(namespace, schema), ["set", "delete"]);
    const conversations = plug(store.conversations, ["append", "add", "answer", "amend", "forget"]);
    const core: BotParts = {
      ...openStores({ ...store, conversations, records }, { persona: toPersona("assistant"), log, clock }),
      budget: createEditBudget(clock),
      clock,
      log,
      model: echo(clock, signal, (prompt) => prompts.push({ ...prompt, step })),
      countTokens: (text) => Math.ceil(text.length / 4),
      settings: { windowTokens: 4_000, followThreads: true, earlierMessages: 50, ...settingsOf(ways) },
    };
    return {
      bot: createBot(core),
      surface: (question = messageId("none")) =>
        plug(surfaceOf(surface, owners, question, { clock, power: signal }), ["create", "edit", "remove"]),
    };
  }

  let now = start();
  const begin = async () => {
    power = new AbortController();
    now = start();
    const { surface: plug } = now;
    await now.bot.recover(async (event) => ({
      surface: plug(event.message),
      withdrawn: said.some((one) => one.event.message === event.message && one.deleted),
    }));
  };
  const send = (...args: Parameters<Bot["receive"]>) => void now.bot.receive(...args).catch(() => undefined);
  const command = (name: string, pressed?: "stop") => {
    const use = { kind: "command", id: eventId(`k${++ids}`), place, author: ada, name, options: {} } as const;
    send({ ...use, ...(pressed === undefined ? {} : { button: pressed }) }, now.surface());
  };
  let ids = 0;

  async function act({ act: what, which }: Step): Promise<void> {
    const one = said[which % Math.max(1, said.length)];
    const askedSoFar = (text: string) => prompts.filter(({ question }) => question === text).length;
    switch (what) {
      case "wait":
        return manual.pass(which * 500);
      case "jump":
        ahead += (which - 5) * 3_000;
        return;
      case "say": {
        const id = ++ids;
        const event: MessageEvent = {
          kind: "message",
          id: eventId(`e${id}`),
          place,
          message: messageId(`q${id}`),
          author: which % 2 === 0 ? ada : bob,
          text: `text ${step} end`,
          attachments: [],
          sentAt: clock.now(),
          via: "mention",
          recallKey: "here",
        };
        const one = { event, text: event.text, deleted: false, heard: false, texts: [event.text] };
        said.push(one);
        const { signal } = power;
        send(event, now.surface(event.message));
        await manual.pass(0);
        one.heard = !signal.aborted;
        return;
      }
      case "edit": {
        if (one === undefined || one.deleted) return;
        const before = one.text;
        const text = `text ${step} end`;
        one.texts.push(text);
        for (const excused of [stoppedAt, cleared]) if (excused.has(before)) excused.add(text);
        const { kind: _, ...rest } = one.event;
        const { signal } = power;
        send(
          { ...rest, kind: "edited", id: eventId(`c${++ids}`), of: one.event.id, text },
          now.surface(one.event.message),
        );
        await manual.pass(0);
        if (signal.aborted) {
          one.isUnsure = true;
          return;
        }
        one.text = text;
        stopped.delete(before);
        gone.push({ text: before, prompts: prompts.length });
        return;
      }
      case "delete": {
        if (one === undefined || one.deleted) return;
        const { signal } = power;
        one.deleted = true;
        send(deletion(++ids, one.event.message, place), noSurface);
        await manual.pass(0);
        if (signal.aborted) one.isUnsure = true;
        else gone.push({ text: one.text, prompts: prompts.length });
        return;
      }
      case "miss": {
        // Deleted where the bot does not hear of it; it may be told when it comes back to the question.
        if (one === undefined || one.deleted) return;
        one.deleted = true;
        one.isUnsure = true;
        return;
      }
      case "admin": {
        const standing = [...new Set(surface.writes.map(({ message }) => message))][which];
        if (standing === undefined) return;
        await surface.remove(standing);
        const { signal } = power;
        send(deletion(++ids, standing, place), noSurface);
        await manual.pass(0);
        isMissed ||= signal.aborted;
        return;
      }
      case "press":
      case "stop": {
        const { signal } = power;
        for (const text of said.flatMap(({ texts }) => texts)) stoppedAt.add(text);
        command("stop", what === "press" ? "stop" : undefined);
        await manual.pass(0);
        if (signal.aborted || what === "press") return; // a press means one answer, and the others go on
        for (const { text } of said) stopped.set(text, { asked: askedSoFar(text), made: made(text) });
        return;
      }
      case "reset":
        for (const text of said.flatMap(({ texts }) => texts)) cleared.add(text);
        command("reset");
        return manual.pass(0);
      case "retry":
        stopped.clear();
        return command("retry");
      case "shutdown": {
        void now.bot.close();
        await manual.pass(20_000);
        power.abort();
        return begin();
      }
      case "kill":
        power.abort();
        await manual.pass(0);
        return begin();
    }
  }

  for (const one of steps) {
    step++;
    await act(one);
    if (power.signal.aborted) await begin(); // the plug was pulled at the point
  }
  await manual.pass(600_000);
  if (power.signal.aborted) await begin();
  await manual.pass(600_000);
  power.abort();
  await begin();
  await manual.pass(3_600_000);
  const asked = prompts.length;
  power.abort();
  await begin();
  await manual.pass(600_000);
  const rows = await createExchangeRows({
    questions: store.records("journal", questionRecord),
    stages: store.records("progress", stageRecord),
    toStored: async (exchange) => exchange,
    retention: { keptMs: undefined },
  }).all();
  const turns = (await store.conversations.open(place.thread)).turns;
  const offered = rows.filter((row) => isLeftToPerson(row, rows)).map(({ question }) => question.text);
  const words = new Set([...offered, ...turns.flatMap((turn) => (turn.kind === "person" ? [turn.text] : []))]);
  for (const one of said) {
    const found = one.isUnsure && one.texts.findLast((text) => words.has(text));
    if (!found) continue;
    one.text = found;
    one.deleted = false;
  }
  const left = {
    isMissed,
    steps,
    ways,
    points,
    said,
    shown: surface.contents,
    turns,
    prompts,
    later: prompts.length - asked,
    gone,
    stopped,
    stoppedAt,
    cleared,
    made,
    undone: rows.flatMap((row) => (isLeftToPerson(row, rows) ? [] : [`${row.stage.kind} ${row.question.text}`])),
    offered,
    errors: log.lines.flatMap(({ level, sentence, fields }) =>
      level === "error" ? [`${sentence} ${JSON.stringify(fields)}`] : [],
    ),
  };
  await store.close();
  return left;
}

/** It waits for somebody to have it tried again, or was left to one that does. */
const isLeftToPerson = ({ stage, seq }: Exchange, rows: readonly Exchange[]): boolean =>
  stage.kind === "offered" ||
  (stage.kind === "covered" && rows.some((one) => one.stage.kind === "offered" && one.seq > seq));

const settingsOf = ({ whileAnswering, resume }: Ways): Partial<CoreSettings> => ({
  whileAnswering,
  resume,
  finishMs: 2_000,
});

const placeIn = (kind: Ways["place"]): Place =>
  kind === "thread" ? placeOf() : placeOf({ kind: "channel", thread: threadId("test:channel") });

const deletion = (id: number, message: MessageId, { thread }: Place): DeletedEvent => ({
  kind: "deleted",
  id: eventId(`d${id}`),
  messages: [message],
  threads: [thread],
});

/** The surface of one question. It finds what stands of it half written, as a look into the thread would. */
const surfaceOf = (
  surface: RecordingSurface,
  owners: Map<MessageId, MessageId>,
  question: MessageId,
  { clock, power }: { readonly clock: Clock; readonly power: AbortSignal },
): ReplySurface =>
  Object.assign(Object.create(surface) as ReplySurface, {
    async create(content: Content) {
      await clock.wait(postingMs, never); // a stop may come between two messages
      if (power.aborted) await new Promise(() => undefined);
      const message = await surface.create(content);
      owners.set(message, question);
      return message;
    },
    findOrphans: async (others: readonly MessageId[]) => {
      const standing = new Set(surface.contents);
      const last = new Map(surface.writes.map(({ message, content }) => [message, content]));
      return [...last].flatMap(([message, content]) => {
        const isStray = standing.has(content) && owners.get(message) === question;
        return isStray && !others.includes(message) ? [message] : [];
      });
    },
  });

/** What a killed process asks for is never done, and never answered. */
function plugged<T extends object>(
  target: T,
  power: AbortSignal,
  writes: readonly string[],
  pass: () => boolean,
  when: Cut["when"],
): T {
  const never = new Promise<never>(() => undefined);
  return new Proxy(target, {
    get(at, name) {
      const value = Reflect.get(at, name, at) as unknown;
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (power.aborted) return never;
        const isCut = writes.includes(String(name)) && pass();
        if (isCut && when === "before") return never;
        const done = Reflect.apply(value, at, args) as unknown;
        return isCut ? never : done;
      };
    },
  });
}

/** It has none of the question's own words, so that these are only where somebody was given them. */
export function answerTo(question: string): string {
  const number = Number(/\d+/.exec(question)?.[0] ?? 0);
  const name = `re${number}`;
  // Every third answer has several messages.
  const words = Array.from({ length: number % 3 === 1 ? 110 : 3 }, (_, at) => `${name}.${at}`);
  return `${words.join(" ")} ${name}.end.`;
}

/** Word by word at first; a long answer has its rest at once, so that there is much to be posted when the model is done. */
function piecesOf(text: string): readonly string[] {
  const words = text.split(/(?<= )/);
  return [...words.slice(0, 4), words.slice(4).join("")].filter((piece) => piece !== "");
}

/** Answers what it was asked last, piece by piece. */
function echo(clock: Clock, power: AbortSignal, note: (prompt: Omit<Prompt, "step">) => void): ModelClient {
  const dark = () => new Promise<never>(() => undefined);
  return {
    model: "echo",
    check: async () => undefined,
    async *stream({ messages }, signal) {
      if (power.aborted) await dark();
      const text = messages.map(({ content }) => content).join("\n");
      const question = [...(messages.at(-1)?.content ?? "").matchAll(/text \d+ end/g)].at(-1)?.[0] ?? "";
      note({ text, question });
      for (const piece of piecesOf(answerTo(question))) {
        await clock.wait(700, signal);
        if (power.aborted) await dark();
        if (signal.aborted) return yield { kind: "end", ending: "stopped" };
        yield { kind: "text", text: piece };
      }
      yield { kind: "end", ending: "whole" };
    },
  };
}

/** What must be true at the end of every life. */
export function check(life: Life): void {
  checkEnd(life);
  checkWords(life);
  checkPrompts(life);
  checkMemory(life);
}

/** Nothing is left to be done, and nothing looks as if it were. */
function checkEnd({ errors, undone, later, shown, turns, offered }: Life): void {
  expect(errors, "errors in the log").toEqual([]);
  expect(undone, "questions that are not done").toEqual([]);
  expect(later, "prompts after the end").toBe(0);
  const isHalf = ({ live, controls, markdown }: Content) =>
    live || markdown.includes("▌") || controls.some(({ command }) => command === "stop");
  expect(shown.filter(isHalf), "messages that are left half done").toEqual([]);
  const isOffered = (turn?: Turn) => turn?.kind === "person" && offered.includes(turn.text);
  const isPending = (turn: Turn, at: number) => turn.kind === "bot" && turn.pending && !isOffered(turns[at - 1]);
  expect(turns.filter(isPending), "answers that are left pending").toEqual([]);
}

const wordsIn = (text: string): readonly string[] => text.match(/re\d+\.(?:\d+|end)/g) ?? [];
const nameOf = (text: string): string => `re${/\d+/.exec(text)?.[0]}.`;

/** What stands is what is remembered, word for word and once. */
function checkWords({ shown, turns, isMissed, said, offered, cleared }: Life): void {
  const stands = shown.flatMap(({ markdown }) => wordsIn(markdown));
  expect(
    stands.filter((word, at) => stands.indexOf(word) !== at),
    "words that stand twice",
  ).toEqual([]);
  const answers = turns.flatMap((turn) => (turn.kind === "bot" && !turn.withdrawn ? [turn] : []));
  for (const { text } of isMissed ? [] : answers) {
    const words = wordsIn(text);
    const name = words[0]?.split(".")[0];
    expect(
      stands.filter((word) => word.startsWith(`${name}.`)),
      "what stands of what is remembered",
    ).toEqual(words);
  }
  const remembered = new Set(answers.flatMap(({ text }) => wordsIn(text)));
  const takenFrom = turns.flatMap((turn, at) => (turn.kind === "bot" && turn.withdrawn ? [turns[at - 1]] : []));
  const isForgotten = ({ deleted, texts, event: { message } }: Said) =>
    deleted ||
    texts.some((text) => offered.includes(text) || cleared.has(text)) ||
    takenFrom.some((turn) => turn?.kind === "person" && turn.message === message);
  const isExcused = (word: string) =>
    said.some((one) => isForgotten(one) && one.texts.some((text) => word.startsWith(nameOf(text))));
  const unknown = stands.filter((word) => !remembered.has(word) && !isExcused(word));
  expect(unknown, "words that stand, and are not remembered").toEqual([]);
}

/** What was taken away is in no later prompt; what was stopped is not asked again, and no further message is made of it. */
function checkPrompts({ prompts, gone, stopped, made }: Life): void {
  for (const { text, prompts: before } of gone) {
    const later = prompts.slice(before).filter((prompt) => prompt.text.includes(text));
    expect(later, `prompts after ${text} was taken away`).toEqual([]);
  }
  for (const [text, by] of stopped) {
    expect(prompts.filter(({ question }) => question === text).length, `prompts for ${text}, which was stopped`).toBe(
      by.asked,
    );
    // One may have been on its way.
    expect(made(text), `messages for ${text}, which was stopped`).toBeLessThanOrEqual(by.made + 1);
  }
}

/** All that was heard is remembered in its order, once, and answered or offered; but for what somebody stopped or cleared. */
function checkMemory(life: Life): void {
  const { steps, ways, said, turns, offered, stoppedAt, cleared } = life;
  const did = new Set(steps.map(({ act }) => act));
  const people = turns.flatMap((turn) => (turn.kind === "person" && turn.deleted !== true ? [turn.text] : []));
  const standing = (those: readonly Said[]) => those.filter(({ deleted }) => !deleted).map(({ text }) => text);
  const stand = standing(said);
  expect(
    people.filter((text) => !stand.includes(text)),
    "remembered, and not said so",
  ).toEqual([]);
  expect(people.filter(unique), "remembered twice").toEqual(people);
  const isDropped = (text: string) => stoppedAt.has(text) || cleared.has(text);
  const known = new Set([...people, ...offered]);
  const missing = standing(said.filter(({ heard }) => heard)).filter((text) => !known.has(text) && !isDropped(text));
  expect(missing, "neither remembered nor offered").toEqual([]);
  // In a channel somebody's question does not wait for another's second one.
  const lines =
    ways.place === "thread" ? [said] : [ada, bob].map(({ id }) => said.filter(({ event }) => event.author.id === id));
  for (const line of did.has("edit") || did.has("retry") ? [] : lines) {
    const theirs = standing(line);
    const inMemory = people.filter((text) => theirs.includes(text));
    expect(inMemory, "in the order in which it was said").toEqual(theirs.filter((text) => people.includes(text)));
  }
  const answers = turns.flatMap((turn) => (turn.kind === "bot" ? [turn.text.trim()] : []));
  for (const [at, turn] of turns.entries()) {
    if (turn.kind !== "person" || turn.deleted || offered.includes(turn.text) || isDropped(turn.text)) continue;
    if (did.has("admin") && ways.resume === "close") continue; // somebody may have taken away what offered to try it again
    if (did.has("retry") && did.has("edit")) continue; // where others were answered in between, an edit changes the memory alone
    const after = ways.whileAnswering === "queue" ? turns.slice(at + 1, at + 2) : turns.slice(at + 1);
    const isAnswered = after.some(({ kind }) => kind === "bot") || answers.includes(answerTo(turn.text));
    expect(isAnswered, `an answer to ${turn.text}`).toBe(true);
  }
}

const unique = <T>(one: T, at: number, all: readonly T[]): boolean => all.indexOf(one) === at;

/** The shortest that tells what happened. */
export const toText = ({ steps, ways, turns, shown, prompts }: Life): string =>
  [
    `${ways.place}, ${ways.whileAnswering}, ${ways.resume}: ${steps.map(({ act, which }) => `${act}${which}`).join(" ")}`,
    ...turns.map((turn) =>
      turn.kind === "person"
        ? `  ${turn.message}${turn.deleted ? " deleted" : ""}: ${turn.text}`
        : `  bot ${turn.ending}${turn.withdrawn ? " withdrawn" : ""}${turn.pending ? " pending" : ""} [${turn.messages}]: ${turn.text}`,
    ),
    `  shown: ${JSON.stringify(shown.map(({ markdown, controls }) => [markdown, ...controls.map(({ command }) => command)]))}`,
    `  prompts: ${JSON.stringify(prompts.map(({ step, question }) => `${step} ${question}`))}`,
  ].join("\n");
