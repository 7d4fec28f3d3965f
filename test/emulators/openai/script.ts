/** What the emulator answers to one request, and how it goes wrong. Counts are deltas of text. */
export type Script = {
  /** The deltas; a string is cut into tokens of about four characters. */
  readonly text?: string | readonly string[];
  readonly reasoning?: string;
  readonly refusal?: string;
  /** As fast as possible if not set. */
  readonly tokensPerSecond?: number;
  readonly firstTokenMs?: number;
  /** `null` ends the stream, with `[DONE]`, but without a finish_reason. */
  readonly finish?: string | null;
  /** Sent where the request asks for it; counted from the texts if not set, and never sent if `null`. */
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;

  /** Answers with this status and `error` instead of a stream. */
  readonly status?: number;
  readonly error?: { readonly message: string; readonly type?: string; readonly code?: string | number };
  readonly headers?: Readonly<Record<string, string>>;
  /** A body of another kind, with the status or 200. */
  readonly body?: string;
  /** Accepts the request and never answers; with `dropAfter`, resets the connection instead. */
  readonly noHeaders?: true;

  /** Resets the connection. */
  readonly dropAfter?: number;
  /** Closes without finish_reason and `[DONE]`. */
  readonly closeAfter?: number;
  /** Sends nothing more and keeps the connection open. */
  readonly stallAfter?: number;
  /** Sends `error`, or a server error, in the stream. */
  readonly errorAfter?: number;
  /** Sends an event that is no JSON. */
  readonly garbageAfter?: number;
  /** Breaks between the finish_reason and the usage. */
  readonly afterFinish?: "drop" | "stall";
  /** Sends a comment that often, as servers do to keep a silent connection alive. */
  readonly pingMs?: number;
  /** Awaited before the first delta. */
  readonly hold?: Promise<void>;
  /** Awaited after each delta, with the number of those that were sent. */
  readonly eachAfter?: (sent: number) => Promise<unknown>;
  readonly holdAfter?: { readonly deltas: number; readonly until: Promise<void> };

  /** Cuts the bytes into writes of this length, also inside a character. */
  readonly bytesPerWrite?: number;
  readonly lineEnd?: "\n" | "\r\n";
};

/** A string as the deltas a model might cut it into. */
export function toDeltas(text: string | readonly string[]): readonly string[] {
  return typeof text === "string" ? (text.match(/[\s\S]{1,4}/gu) ?? []) : text;
}

/** The deltas of a script's answer: a short greeting where it names none. */
export function textDeltas({ text, refusal }: Script): readonly string[] {
  return toDeltas(text ?? (refusal === undefined ? "Hello! How can I help?" : ""));
}
