// A model is asked with a prompt and answers with a stream of events: pieces of text, of reasoning, and an end.
// Three more clients wrap it: a queue, a breaker for dead servers, and a second model.
// Whoever asks sees one interface, and errors that say what an admin has to do.

import type { Demand } from "./demand.ts";

export type ChatMessage = {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
};

/** What the model is asked. */
export type Prompt = {
  readonly messages: readonly ChatMessage[];
  /** Tokens of all messages as we count them, where that is known: what the server counts is compared with it. */
  readonly tokens?: number;
  /**
   * Who asks, in any form; it leaves the process only as a hash, and only where the settings say so. Without it this is the bot's own
   * work, which waits behind people.
   */
  readonly user?: string;
  /** Where that was asked, in any form; it never leaves the process. */
  readonly thread?: string;
};

/** Tokens as the server counted them. */
export type Usage = {
  readonly input: number;
  readonly output: number;
};

/** How an answer ended that the model was free to end. */
export type ModelEnding =
  /** The model had said what it wanted. */
  | "whole"
  /** The limit on output tokens was reached. */
  | "length"
  /** The provider's content filter cut in. */
  | "filtered"
  /** The model declined; its words came as text. */
  | "refused"
  /** Our signal was aborted. */
  | "stopped";

export type ModelEvent =
  | { readonly kind: "text"; readonly text: string }
  /** The model thinks; never a part of the answer. */
  | { readonly kind: "reasoning"; readonly text: string }
  /** It failed before it said a word, and is asked anew: this model, or another one that answers from here on. */
  | { readonly kind: "restarted"; readonly model: string; readonly because: ModelError }
  /** It waits until the server may be asked. `before` says, at any time, how many are asked before it. */
  | { readonly kind: "queued"; readonly before: () => number }
  /** Its turn has come; only after `queued`. */
  | { readonly kind: "asked" }
  | { readonly kind: "end"; readonly ending: ModelEnding; readonly usage?: Usage };

export interface ModelClient {
  /** The model's name as people may know it. */
  readonly model: string;
  /**
   * Pieces of text, then exactly one `end`; or a `ModelError`, before or after the first piece. An abort is an `end`. While the demand is
   * closed, pieces may be held back.
   */
  stream(prompt: Prompt, signal: AbortSignal, demand?: Demand): AsyncIterable<ModelEvent>;
  /** Says in one sentence what is wrong with the endpoint, key or model name, or nothing. Costs no tokens. */
  check(signal: AbortSignal): Promise<string | undefined>;
}

export type ModelErrorCode =
  /** 401: the key is wrong or missing. */
  | "unauthorized"
  /** 403: the key may not use this model. */
  | "forbidden"
  /** 404: no such model or no such address. */
  | "unknown-model"
  /** 429 with the account's money or quota used up. Waiting does not help. */
  | "no-quota"
  /** 429: `retryAfterMs` says when, if the server did. */
  | "rate-limited"
  /** 400 that says the prompt is longer than the model can read. */
  | "too-long"
  /** A filter of the provider refused what it was to read, or let no word of the answer out. It would do so each time. */
  | "filtered"
  /** Any other 400 or 422: a setting this server does not know. */
  | "rejected"
  /** 5xx, or an error object in mid-stream. */
  | "unavailable"
  /** No connection, or a name that does not resolve. */
  | "unreachable"
  /** Connected, but no answer began in time. */
  | "timeout"
  /** The answer began, then nothing came for the idle time. */
  | "stalled"
  /** The connection dropped or closed before the answer's end. */
  | "broken"
  /** It failed several times in a row and was not asked; `retryAfterMs` says when it will be. */
  | "paused"
  /** It was not asked, because too many questions wait for it already. */
  | "busy";

export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly code: ModelErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ModelErrorCode, message: string, detail: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: detail.cause });
    this.code = code;
    this.retryAfterMs = detail.retryAfterMs;
  }
}

/** How the model is reached and what it is asked for. A parameter that is not set is not sent. */
export type ModelSettings = {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  /** The setting that names the model; MODEL if not set. */
  readonly namedBy?: string;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxOutputTokens?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly stop?: readonly string[];
  readonly reasoningEffort?: string;
  /** Sends `safety_identifier`: a hash of who asks. */
  readonly sendUserId: boolean;
  /** What the server calls the limit on output tokens. */
  readonly tokenField: "max_completion_tokens" | "max_tokens";
  /** What the server calls the role of the system message. */
  readonly systemRole: "system" | "developer";
  /** The server's chat template opens the thinking, so that an answer only closes it. */
  readonly beginsThinking?: boolean;
  /** Milliseconds without a byte of the stream after which the answer counts as stalled. */
  readonly idleMs: number;
  /** Requests at once; as many as there are if not set. */
  readonly concurrency?: number;
};
