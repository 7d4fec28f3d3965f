import {
  type ChatRequest,
  type OpenAiEmulator,
  type Script,
  startOpenAi,
} from "../emulators/openai/openai-emulator.ts";
import type { Dice } from "./dice.ts";
import { answerWords, attemptName, questionsIn } from "./words.ts";

/** One time that the model was asked a question, and what it was told to answer. */
export type Attempt = {
  readonly name: string;
  readonly at: number;
  /** Words without the one that ends it. */
  readonly length: number;
  /** How the model fails in it, if it does. */
  readonly fault: string | undefined;
  readonly request: ChatRequest;
};

export type Model = {
  readonly ai: OpenAiEmulator;
  readonly env: Readonly<Record<string, string>>;
  attempts(question: number): readonly Attempt[];
  /** The answers that are being sent, newest last. */
  open(): readonly Attempt[];
  /** How many answers were sent to their end. */
  ended(): number;
  /** When it failed. */
  failed(): readonly { readonly at: number; readonly kind: "model" }[];
  /** The share of answers that go wrong. */
  faulty: number;
  stop(): Promise<void>;
};

/** Seconds of silence after which the bot gives a stalled answer up: more than it stands still while its store is locked. */
const idleSeconds = 8;

/** A model whose every answer names its question and its try; some answers go wrong. */
export async function openModel(dice: Dice): Promise<Model> {
  const ai = await startOpenAi({ key: "sk-not-a-real-key" });
  const attempts = new Map<number, Attempt[]>();
  const all = () => [...attempts.values()].flat();

  function answer(request: Pick<ChatRequest, "messages" | "body">): Script {
    const asked = questionsIn(request.messages.findLast(({ role }) => role === "user")?.content ?? "").at(-1);
    if (asked === undefined) return { text: "No question." };
    const known = attempts.get(asked) ?? [];
    const name = attemptName(known.length);
    const length = dice.chance(0.06) ? dice.whole(350, 500) : dice.whole(5, 120);
    const text = answerWords(asked, name, length);
    const usual: Script = { text, firstTokenMs: dice.whole(20, 400), tokensPerSecond: dice.whole(40, 160) };
    const [fault, script] = dice.chance(model.faulty) ? dice.pick(faults(dice.whole(0, length))) : [undefined, {}];
    const attempt = { name, at: performance.now(), length, fault, request: request as ChatRequest };
    attempts.set(asked, [...known, attempt]);
    return { ...usual, ...script };
  }

  ai.replyTo(answer);
  const model: Model = {
    ai,
    env: {
      OPENAI_BASE_URL: ai.baseUrl,
      OPENAI_API_KEY: "sk-not-a-real-key",
      MODEL: "test-model",
      MODEL_IDLE_SECONDS: String(idleSeconds),
    },
    attempts: (question) => attempts.get(question) ?? [],
    open: () => all().filter(({ request }) => !request.closed),
    ended: () => all().filter(({ request }) => request.closed && !request.aborted).length,
    failed: () =>
      all()
        .filter(({ fault }) => fault !== undefined)
        .map(({ at }) => ({ at, kind: "model" })),
    faulty: 0,
    stop: ai.stop,
  };
  return model;
}

/** How answers go wrong, some after so many words. */
const faults = (words: number): readonly (readonly [string, Script])[] => [
  ["500", { status: 500 }],
  ["429", { status: 429, headers: { "retry-after": "1" } }],
  ["no JSON", { body: "<html>busy</html>", headers: { "content-type": "application/json" } }],
  ["reset at once", { noHeaders: true, dropAfter: 0 }],
  ["reset", { dropAfter: words }],
  ["closed", { closeAfter: words }],
  ["stalled", { stallAfter: words }],
  ["an error in the stream", { errorAfter: words }],
  ["garbage in the stream", { garbageAfter: words }],
];
