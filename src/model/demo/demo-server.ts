// The demo is for those who have no key yet: a server on this machine that speaks the same protocol, and is no model.
// Its answers say so, and show what an answer can look like and how one can fail.
// The bot asks it like any other server, so a trial shows the real thing at work.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import { type DemoReply, demoReply } from "./demo-replies.ts";

export type DemoPace = {
  readonly tokensPerSecond: number;
  readonly clock?: Clock;
};

export type DemoModel = { readonly baseUrl: string; readonly model: "demo"; stop(): Promise<void> };

/**
 * An OpenAI-compatible server for those who have no key yet, on a free port of the loopback interface. It is spoken to by the same
 * client as any other server, so that a trial without a key shows the whole bot at work.
 */
export async function startDemoModel(pace: DemoPace): Promise<DemoModel> {
  const server = createServer((request, response) => {
    answer(request, response, pace).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    model: "demo",
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const bodyShape = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

async function answer(request: IncomingMessage, response: ServerResponse, pace: DemoPace): Promise<void> {
  const content = await text(request);
  switch (`${request.method} ${request.url}`) {
    case "GET /v1/models":
      return json(response, 200, {
        object: "list",
        data: [{ id: "demo", object: "model", created: 0, owned_by: "parley" }],
      });
    case "POST /v1/chat/completions":
      return stream(demoReply(bodyShape.parse(JSON.parse(content)).messages), response, pace);
    default:
      return json(response, 404, { error: { message: "The demo model knows no such address." } });
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const tickMs = 40;

async function stream(reply: DemoReply, response: ServerResponse, pace: DemoPace): Promise<void> {
  const { tokensPerSecond, clock = systemClock } = pace;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  response.writeHead(200, { "content-type": "text/event-stream" });
  const tokens = reply.text.match(reply.slow ? /\s*\S+|\s+/g : /\s*\S{1,5}|\s+/g) ?? [];
  const perMs = (reply.slow ? 1 : tokensPerSecond) / 1000;
  const began = clock.now();
  for (let sent = 0; sent < tokens.length; ) {
    const due = 1 + Math.floor((clock.now() - began) * perMs);
    if (due > sent) response.write(toEvent({ content: tokens.slice(sent, due).join("") }));
    sent = Math.max(sent, due);
    await clock.wait(tickMs, gone.signal);
    if (gone.signal.aborted) return;
  }
  if (reply.breaks) return void response.destroy();
  response.write(toEvent({}, reply.finish));
  response.end("data: [DONE]\n\n");
}

function toEvent(delta: object, finish_reason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason }];
  const chunk = { id: "demo", object: "chat.completion.chunk", created: 0, model: "demo", choices };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
