import { ModelError, type ModelErrorCode } from "../model-client.ts";

/** Watches one request: aborts it when the caller wishes, or when the server keeps silent for longer than it is allowed to. */
export type IdleTimeout = {
  /** Aborted by either; what the request and every wait around it must listen to. */
  readonly signal: AbortSignal;
  /**
   * Allows so much silence from now on; names the error that more is. Ten times as much is allowed where only comments come, and,
   * before the answer begins, while other streams of the server give signs of life.
   */
  allow(ms: number, code: ModelErrorCode, message: string): void;
  /** Something came: a part of the answer, or only a comment, as servers send them while they wait. */
  heard(answer: boolean): void;
  /** What the silence was, if it was too long. */
  error(): ModelError | undefined;
  /** Stops watching, and closes the connection if it is still open. */
  end(): void;
};

/** When a server last said anything in any of its streams, on the `performance.now` scale. One for each server. */
export type SignOfLife = { at: number };

export const noSignOfLife = (): SignOfLife => ({ at: Number.NEGATIVE_INFINITY });

/** A server whose own source has died may send comments for ever, and one that is at work on others may never come to this request. */
const longestShare = 10;

export function createIdleTimeout(caller: AbortSignal, life: SignOfLife = noSignOfLife()): IdleTimeout {
  const own = new AbortController();
  // Not by AbortSignal.any: the SDK asks for each token whether it is aborted, and checking a composite signal is slow.
  const stop = () => own.abort(caller.reason);
  caller.addEventListener("abort", stop, { once: true });
  if (caller.aborted) stop();
  let timer: NodeJS.Timeout | undefined;
  let error: ModelError | undefined;
  let longestMs = 0;
  let heardAt = 0;
  let spokeAt = 0;
  let begun = false;
  return {
    signal: own.signal,
    allow(ms, code, message) {
      clearTimeout(timer);
      longestMs = ms * longestShare;
      heardAt = performance.now();
      spokeAt = heardAt;
      const end = () => {
        // A request that has not begun may wait, in the server, for those of ours that it is answering.
        const others = begun ? heardAt : Math.min(life.at + ms, spokeAt + longestMs);
        const until = Math.max(heardAt + ms, others);
        const left = until - performance.now();
        if (left > 0) {
          timer = setTimeout(end, left);
          return;
        }
        error = new ModelError(code, message);
        own.abort();
      };
      timer = setTimeout(end, ms);
    },
    heard(answer) {
      life.at = performance.now();
      begun ||= answer;
      if (answer) spokeAt = life.at;
      else if (life.at - spokeAt >= longestMs) return;
      heardAt = life.at;
    },
    error: () => error,
    end() {
      clearTimeout(timer);
      caller.removeEventListener("abort", stop);
      own.abort();
    },
  };
}
