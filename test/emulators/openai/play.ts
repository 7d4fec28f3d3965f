import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../../src/runtime/clock.ts";
import { type Script, textDeltas, toDeltas } from "./script.ts";
import type { Ticker } from "./ticker.ts";
import { createWire, type Wire } from "./wire.ts";

export type Stage = {
  readonly response: ServerResponse;
  readonly model: string;
  readonly ticker: Ticker;
  readonly clock: Pick<Clock, "now">;
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  /** Called with the number of pieces of text, reasoning or refusal that are sent at once. */
  readonly sent: (pieces: number) => void;
};

/** Plays a script as a stream of server-sent events, to its end or until the client goes. */
export async function play(script: Script, stage: Stage): Promise<void> {
  const { response } = stage;
  const wire = createWire(`chatcmpl-${Math.random().toString(36).slice(2)}`, stage.model, script.lineEnd ?? "\n");
  const write = createWrite(response, script.bytesPerWrite);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache", ...script.headers });
  await write(wire.begin());
  if (script.pingMs !== undefined) keepAlive(response, wire, script.pingMs);
  await script.hold;
  if (script.firstTokenMs !== undefined) await pause(script.firstTokenMs);
  if (script.reasoning !== undefined) await writeAll(toDeltas(script.reasoning).map(wire.reasoning), stage, write);
  const broken = await playText(script, stage, wire, write);
  if (broken || response.destroyed) return;
  if (script.refusal !== undefined) await writeAll(toDeltas(script.refusal).map(wire.refusal), stage, write);
  if (script.finish !== null) await write(wire.finish(script.finish ?? "stop"));
  if (script.afterFinish === "drop") return drop(response);
  if (script.afterFinish === "stall") return;
  if (stage.usage !== null) await write(wire.usage(stage.usage));
  await write(wire.done());
  response.end();
}

type Write = (text: string) => Promise<void>;

/** Sends the deltas, and stops where the script says. True where the stream was broken on purpose. */
async function playText(script: Script, stage: Stage, wire: Wire, write: Write): Promise<boolean> {
  const deltas = textDeltas(script);
  const breaks = [script.dropAfter, script.closeAfter, script.stallAfter, script.errorAfter, script.garbageAfter];
  const end = Math.min(deltas.length, ...breaks.filter((after) => after !== undefined));
  const holdAt = Math.min(end, script.holdAfter?.deltas ?? end);
  const chunks = deltas.map(wire.text);
  if (script.eachAfter !== undefined) {
    const gone = new Promise((resolve) => stage.response.once("close", resolve));
    for (const [index, chunk] of chunks.slice(0, end).entries()) {
      await writeAll([chunk], stage, write);
      await Promise.race([script.eachAfter(index + 1), gone]);
    }
    return breakOff(script, stage.response, wire, write);
  }
  await writePaced(chunks.slice(0, holdAt), script.tokensPerSecond, stage, write);
  await script.holdAfter?.until;
  await writePaced(chunks.slice(holdAt, end), script.tokensPerSecond, stage, write);
  return breakOff(script, stage.response, wire, write);
}

/** Sends at each tick what is due by then, so that a late tick or a high rate loses nothing. */
async function writePaced(chunks: readonly string[], perSecond: number | undefined, stage: Stage, write: Write) {
  if (perSecond === undefined) return writeAll(chunks, stage, write);
  const began = stage.clock.now();
  for (let sent = 0; sent < chunks.length && !stage.response.destroyed; ) {
    const due = 1 + Math.floor(((stage.clock.now() - began) / 1000) * perSecond);
    await writeAll(chunks.slice(sent, due), stage, write);
    sent = Math.max(sent, due);
    if (sent < chunks.length) await stage.ticker.next();
  }
}

async function breakOff(script: Script, response: ServerResponse, wire: Wire, write: Write): Promise<boolean> {
  if (script.dropAfter !== undefined) {
    await drop(response);
    return true;
  }
  if (script.errorAfter !== undefined) {
    await write(
      wire.error(script.error ?? { message: "The server had an error.", type: "server_error", code: "server_error" }),
    );
  }
  if (script.garbageAfter !== undefined) await write(wire.garbage());
  if (script.stallAfter !== undefined) return true;
  if (script.closeAfter === undefined && script.errorAfter === undefined && script.garbageAfter === undefined)
    return false;
  response.end();
  return true;
}

async function drop(response: ServerResponse): Promise<void> {
  await nextTurn(); // what was written must be on its way: a reset takes it along otherwise
  response.socket?.resetAndDestroy();
}

function keepAlive(response: ServerResponse, wire: Wire, pingMs: number): void {
  const pings = setInterval(() => {
    if (!response.writableEnded) response.write(wire.ping());
  }, pingMs);
  response.once("close", () => clearInterval(pings));
}

/** Many at once in one write: as fast as possible shall mean it. */
async function writeAll(chunks: readonly string[], stage: Stage, write: Write): Promise<void> {
  if (chunks.length === 0) return;
  stage.sent(chunks.length);
  await write(chunks.join(""));
}

function createWrite(response: ServerResponse, bytesPerWrite: number | undefined): Write {
  return async (text) => {
    if (response.destroyed) return;
    if (bytesPerWrite === undefined) {
      response.write(text);
      return;
    }
    const bytes = Buffer.from(text);
    for (let from = 0; from < bytes.length && !response.destroyed; from += bytesPerWrite) {
      response.write(bytes.subarray(from, from + bytesPerWrite));
      await nextTurn(); // a packet of its own
    }
  };
}
