import type { Readable } from "node:stream";
import type { Demand } from "../demand.ts";

/** Characters that wait at the most, even where nobody wants them. */
const mostWaiting = 64_000;

/**
 * The text of a stream of events, as it comes while it is wanted, and in one piece with all that has come where it was not. What may be
 * the end of an answer, or an error, never waits. `heard` is told of each packet, whether an event begins in it.
 */
export async function* serverText(
  body: Readable,
  heard: (event: boolean) => void,
  demand: Demand,
): AsyncGenerator<string> {
  let waiting = "";
  /** The end of what came before: what is looked for may be cut into pieces. */
  let tail = "\n";
  let over = false;
  let failure: unknown;
  let wake = Promise.withResolvers<void>();
  let taken = Promise.withResolvers<void>();

  function handOn(): Promise<void> | undefined {
    if (waiting === "") return undefined;
    wake.resolve();
    return taken.promise;
  }
  function end(error?: unknown): void {
    over = true;
    failure ??= error;
    wake.resolve();
  }
  body.setEncoding("utf8");
  body.on("data", (packet: string) => {
    const looked = tail + packet;
    heard(beginsEvent(looked, tail.length));
    waiting += packet;
    const mayEnd = mayHoldEnd(looked);
    tail = packet.endsWith("\n\n") ? "\n" : looked.slice(-longestMark);
    if (waiting.length > mostWaiting) body.pause();
    if (demand.isOpen || mayEnd || waiting.length > mostWaiting) wake.resolve();
  });
  body.on("end", () => end());
  body.on("error", end);
  body.on("close", () => end());
  if (body.destroyed || body.readableEnded) end(body.errored ?? undefined);
  demand.serve(handOn);
  try {
    for (;;) {
      if (!over) await wake.promise;
      wake = Promise.withResolvers();
      const text = waiting;
      waiting = "";
      if (body.isPaused()) body.resume();
      if (text !== "") yield text;
      taken.resolve();
      taken = Promise.withResolvers();
      if (over && waiting === "") break;
    }
  } finally {
    taken.resolve();
    body.destroy();
  }
  if (failure !== undefined) throw failure;
}

/** Anything else is a comment, or the rest of an event. */
function beginsEvent(text: string, seen: number): boolean {
  for (
    let at = text.indexOf(eventField, seen + 1 - eventField.length);
    at !== -1;
    at = text.indexOf(eventField, at + 1)
  ) {
    if (text[at - 1] === "\n" || text[at - 1] === "\r") return true;
  }
  return false;
}

const eventField = "data:";
const reasonField = '"finish_reason"';
const longestMark = 40;

/**
 * A reason to finish, the sign behind the last event, or an error. It is looked at for each token, so only for what is cheap to find; what
 * looks like an end and is none is read a little earlier. In what a model says, a quotation mark has a backslash before it.
 */
function mayHoldEnd(packet: string): boolean {
  for (let at = packet.indexOf(reasonField); at !== -1; at = packet.indexOf(reasonField, at + 1)) {
    if (!noReason.test(packet.slice(at + reasonField.length, at + reasonField.length + 8))) return true;
  }
  return packet.includes("[DONE]") || packet.includes("error");
}

const noReason = /^\s*:\s*n/;
