import {
  type ModelClient,
  ModelError,
  type ModelEvent,
  type ModelSettings,
  type Prompt,
} from "../../src/model/model-client.ts";
import { never } from "../../src/runtime/clock.ts";
import { patienceMs } from "../emulators/until.ts";

export { never };

/** What came of a stream. */
export type Reading = {
  readonly text: string;
  readonly reasoning: string;
  readonly end: Extract<ModelEvent, { kind: "end" }> | undefined;
  readonly error: ModelError | undefined;
};

export const testKey = "sk-test-0123456789abcdef";

/** Settings with nothing set that may be left out. */
export function settingsFor(baseUrl: string, more: Partial<ModelSettings> = {}): ModelSettings {
  return {
    baseUrl,
    apiKey: testKey,
    model: "test-model",
    sendUserId: false,
    tokenField: "max_completion_tokens",
    systemRole: "system",
    idleMs: patienceMs, // no pause of a busy machine is a silence
    ...more,
  };
}

export const question: Prompt = {
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hi" },
  ],
  user: "U123",
};

/** Reads a stream to its end, or to its error if that is a `ModelError`; any other error is thrown. */
export async function read(
  client: ModelClient,
  options: { prompt?: Prompt; signal?: AbortSignal } = {},
): Promise<Reading> {
  let text = "";
  let reasoning = "";
  let end: Reading["end"];
  try {
    for await (const event of client.stream(options.prompt ?? question, options.signal ?? never)) {
      if (end !== undefined) throw new Error("an event came after the end");
      if (event.kind === "text") text += event.text;
      if (event.kind === "reasoning") reasoning += event.text;
      if (event.kind === "end") end = event;
    }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { text, reasoning, end, error };
  }
  return { text, reasoning, end, error: undefined };
}
