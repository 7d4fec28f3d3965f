import { ModelError, type ModelErrorCode } from "./model-client.ts";

/** Watches one request: aborts it when the caller wishes, or when the server keeps silent for longer than it is allowed to. */
export type Silence = {
  /** Aborted by either; what the request and every wait around it must listen to. */
  readonly signal: AbortSignal;
  /** Allows so much silence from now on, and ten times as much of comments alone; names the error that more is. */
  allow(ms: number, code: ModelErrorCode, message: string): void;
  /** Something came: a part of the answer, or only a comment, as servers send them while they wait. */
  heard(answer: boolean): void;
  /** What the silence was, if it was too long. */
  error(): ModelError | undefined;
  /** Stops watching, and closes the connection if it is still open. */
  end(): void;
};

/** A server whose own source has died may send comments for ever. */
const commentsShare = 10;

export function watchSilence(caller: AbortSignal): Silence {
  const own = new AbortController();
  // Not by AbortSignal.any: the SDK asks for each token whether it is aborted, and of such a signal the question is dear.
  const stop = () => own.abort(caller.reason);
  caller.addEventListener("abort", stop, { once: true });
  if (caller.aborted) stop();
  let timer: NodeJS.Timeout | undefined;
  let error: ModelError | undefined;
  let commentsMs = 0;
  let spokeAt = 0;
  return {
    signal: own.signal,
    allow(ms, code, message) {
      clearTimeout(timer);
      commentsMs = ms * commentsShare;
      spokeAt = performance.now();
      timer = setTimeout(() => {
        error = new ModelError(code, message);
        own.abort();
      }, ms);
    },
    heard(answer) {
      if (answer) spokeAt = performance.now();
      if (answer || performance.now() - spokeAt < commentsMs) timer?.refresh();
    },
    error: () => error,
    end() {
      clearTimeout(timer);
      caller.removeEventListener("abort", stop);
      own.abort();
    },
  };
}
