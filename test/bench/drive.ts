import { setTimeout as pause } from "node:timers/promises";
import type { ChatRequest } from "../emulators/openai/openai-emulator.ts";
import type { BotProcess } from "./bot-process.ts";
import type { Messages } from "./correctness.ts";
import { createRandom } from "./random.ts";
import { lettersOf } from "./reading.ts";
import { conditions, patienceMs, type Scenario } from "./scenario.ts";
import type { Asked, Platform, Stage } from "./stage.ts";
import { numberedText, richText, type Text, toNumber } from "./texts.ts";

/** One question: what was sent as its answer and when, and what stood there. */
export type Reply = {
  readonly asked: Asked;
  readonly text: Text;
  /** Undefined where the bot never asked the model. */
  readonly request: ChatRequest | undefined;
  readonly messages: Messages;
};

export type Driven = {
  readonly replies: readonly Reply[];
  readonly cpuMs: number;
  readonly calls: number;
  readonly refused: number;
  readonly residentKbBefore: number;
  /** The most while answers were streaming. */
  readonly residentKbMost: number;
  readonly residentKbAfter: number;
};

const lookMs = 200;
/** A bot may tidy up behind the last word. */
const afterwardsMs = 1_500;
/** Without a call for so long, nothing more will come: on Slack, bots wait for the next minute. */
const silentMs: Readonly<Record<Platform, number>> = { discord: 12_000, slack: 65_000 };

type Question = { readonly number: number; readonly text: Text; readonly first: number; readonly channel: string };

/** Asks, waits until every answer is whole or nothing moves any more, and gives what both sides recorded. */
export async function drive(stage: Stage, bot: BotProcess, scenario: Scenario): Promise<Driven> {
  const questions = prepare(stage, scenario);
  const requests = answerFrom(stage, questions, scenario);
  const before = { cpuMs: bot.cpuMs(), calls: stage.calls(), refused: stage.refused(), kb: bot.residentKb() };
  const asked = await askAll(stage, questions, scenario.spreadMs ?? 0);
  const most = await untilWhole(stage, bot, { questions, requests });
  await pause(afterwardsMs);
  return {
    replies: readMessages(stage, questions, questions).flatMap((messages, index) => {
      const { number = 0, text = [] } = questions[index] ?? {};
      const at = asked[index];
      return at === undefined ? [] : [{ asked: at, text, request: requests.get(number), messages }];
    }),
    cpuMs: bot.cpuMs() - before.cpuMs,
    calls: stage.calls() - before.calls,
    refused: stage.refused() - before.refused,
    residentKbBefore: before.kb,
    residentKbMost: most,
    residentKbAfter: bot.residentKb(),
  };
}

type Going = { readonly questions: readonly Question[]; readonly requests: ReadonlyMap<number, ChatRequest> };

/** Resolves when all is shown that will be, to the most memory that the bot had meanwhile. */
async function untilWhole(stage: Stage, bot: BotProcess, { questions, requests }: Going): Promise<number> {
  const wholeOf = new Map(questions.map(({ number, text }) => [number, lettersOf(text.join(""))]));
  let most = bot.residentKb();
  let missing = questions;
  for (;;) {
    await pause(lookMs);
    if (bot.ended()) throw new Error(`the bot ended\n${bot.complaints()}`);
    most = Math.max(most, bot.residentKb());
    const silence = performance.now() - stage.busyUntil();
    if (silence < patienceMs && questions.some(({ number }) => requests.get(number)?.closed !== true)) continue;
    // Looked at only now, and only what is missing: this process is the platform as well, and must not keep it waiting.
    const shown = readMessages(stage, questions, missing);
    missing = missing.filter(({ number }, index) => {
      const whole = wholeOf.get(number) ?? "";
      return !lettersOf(lastTexts(shown[index] ?? [])).startsWith(whole);
    });
    if (missing.length === 0 || silence > silentMs[stage.platform] || overdue(requests)) return most;
  }
}

let nextNumber = 0;
let nextWord = 0;

function prepare(stage: Stage, { replies, places, tokens, text }: Scenario): readonly Question[] {
  const random = createRandom(replies);
  const shared = places === "one" ? stage.addChannel() : undefined;
  return Array.from({ length: replies }, () => {
    const length = typeof tokens === "number" ? tokens : Math.round(tokens[0] + random() * (tokens[1] - tokens[0]));
    const words = text === "markdown" ? richText() : numberedText(nextWord, length);
    const question = { number: nextNumber, text: words, first: nextWord, channel: shared ?? stage.addChannel() };
    nextNumber += 1;
    nextWord += words.length;
    return question;
  });
}

/** Lets the model answer each question with its text; fills in which request asked which question. */
function answerFrom(stage: Stage, questions: readonly Question[], { tokensPerSecond }: Scenario) {
  const byNumber = new Map(questions.map((question) => [question.number, question]));
  const requests = new Map<number, ChatRequest>();
  stage.ai.replyTo((request) => {
    const number = Number(/question (\d+)/.exec(JSON.stringify(request.messages.at(-1)?.content))?.[1]);
    const text = byNumber.get(number)?.text;
    if (text === undefined) return { text: ["What?"] };
    requests.set(number, request as ChatRequest);
    return { text, tokensPerSecond, firstTokenMs: conditions.firstTokenMs };
  });
  return requests;
}

async function askAll(stage: Stage, questions: readonly Question[], spreadMs: number): Promise<readonly Asked[]> {
  const began = performance.now();
  const asked: Asked[] = [];
  for (const [index, { number, channel }] of questions.entries()) {
    const dueMs = began + (spreadMs * index) / questions.length - performance.now();
    if (dueMs > 0) await pause(dueMs);
    asked.push(stage.ask(channel, `Please answer question ${number}`));
  }
  return asked;
}

/** What stands of the answers to some of the questions; each channel is read once. */
function readMessages(stage: Stage, all: readonly Question[], some: readonly Question[]): readonly Messages[] {
  const written = new Map(
    [...new Set(some.map(({ channel }) => channel))].map((place) => [place, stage.written(place)]),
  );
  const shared = all.length > 1 && all[0]?.channel === all[1]?.channel;
  return some.map((question) => {
    const there = written.get(question.channel) ?? [];
    return shared ? there.filter((states) => belongs(states, question)) : there;
  });
}

const lastTexts = (messages: Messages) => messages.map((states) => states.at(-1)?.text ?? "").join("\n");

/** Where answers stand side by side, their words say whose they are. A message may begin with the end of a cut word. */
function belongs(states: Messages[number], { first, text }: Question): boolean {
  const words = states.flatMap((state) => /(?<![a-z])[a-z]{4}(?![a-z])/.exec(state.text) ?? []);
  const number = toNumber(words[0] ?? "");
  return number !== undefined && number >= first && number < first + text.length;
}

function overdue(requests: ReadonlyMap<number, ChatRequest>): boolean {
  const last = Math.max(...[...requests.values()].map(({ sentAt }) => sentAt.at(-1) ?? 0));
  return performance.now() > last + patienceMs;
}
