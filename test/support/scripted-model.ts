import {
  type ModelClient,
  type ModelEnding,
  ModelError,
  type ModelEvent,
  type Prompt,
  type Usage,
} from "../../src/model/model-client.ts";

/** What the model does next: say a piece, think, wait for a gate, fail, or end. A script without an end ends whole. */
export type Step =
  | string
  | { readonly thinks: string }
  | { readonly until: Promise<void> }
  | { readonly fails: Error }
  | { readonly ends: ModelEnding; readonly usage?: Usage };

export type ScriptedModel = ModelClient & {
  /** The next answers, in order; without one the model says "Answer." */
  script(...answers: readonly (readonly Step[])[]): void;
  readonly prompts: readonly Prompt[];
  /** One for each prompt: whether its signal was aborted. */
  readonly aborted: readonly boolean[];
};

/** A model that says what it was told to say, and listens to its signal as the real one does. */
export function createScriptedModel(): ScriptedModel {
  const answers: (readonly Step[])[] = [];
  const prompts: Prompt[] = [];
  const signals: AbortSignal[] = [];

  async function* stream(prompt: Prompt, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    prompts.push(prompt);
    signals.push(signal);
    for (const step of answers.shift() ?? ["Answer."]) {
      if (typeof step === "object" && "until" in step) await Promise.race([step.until, abortOf(signal)]);
      if (signal.aborted) return yield { kind: "end", ending: "stopped" };
      if (typeof step === "string") yield { kind: "text", text: step };
      else if ("thinks" in step) yield { kind: "reasoning", text: step.thinks };
      else if ("fails" in step) throw step.fails;
      else if ("ends" in step) return yield { kind: "end", ...toEnd(step) };
    }
    yield { kind: "end", ending: signal.aborted ? "stopped" : "whole" };
  }

  return {
    model: "scripted-1",
    stream,
    check: async () => undefined,
    script: (...more) => void answers.push(...more),
    prompts,
    get aborted() {
      return signals.map((signal) => signal.aborted);
    },
  };
}

const toEnd = ({ ends, usage }: Extract<Step, { ends: unknown }>) =>
  usage === undefined ? { ending: ends } : { ending: ends, usage };

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}

export const modelError = (...args: ConstructorParameters<typeof ModelError>): Step => ({
  fails: new ModelError(...args),
});
