import { PassThrough, Readable } from "node:stream";
import { APIError } from "openai";
import { describe, expect, test } from "vitest";
import { createDemand } from "../../../src/model/demand.ts";
import { type Answered, readEventStream } from "../../../src/model/openai/openai-stream.ts";

/** A response whose body comes in these pieces, each with the next turn of the event loop. */
function respond(...pieces: readonly string[]): Answered & { readonly body: Readable } {
  async function* packets() {
    for (const piece of pieces) {
      await turn();
      yield Buffer.from(piece);
    }
  }
  return { body: Readable.from(packets()), headers: new Headers() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function readAll(response: Answered, heard: (event: boolean) => void = () => {}, demand = createDemand()) {
  const chunks: unknown[] = [];
  for await (const batch of readEventStream(response, heard, demand)) chunks.push(...batch);
  return chunks;
}

/** The server's own sign as a chunk. */
const done = { choices: [{ delta: {}, finish_reason: "stop" }] };

test("several events of one piece come one by one, and nothing after [DONE]", async () => {
  const response = respond('data: {"n":1}\n\ndata: {"n":2}\r\n\r\ndata: {"n"', ":3}\n\ndata: [DONE]\n\ndata: {}\n\n");
  expect(await readAll(response)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, done]);
});

test("each piece is heard, and of one that holds a comment alone it is told", async () => {
  const heard: boolean[] = [];
  const response = respond(": ping\n\n", "data: {}\n\n: ping\n\n");
  await readAll(response, (event) => heard.push(event));
  expect(heard).toEqual([false, true]);
});

test("of an event that comes in small pieces its begin is heard, with any end of lines", async () => {
  for (const ends of ["\n", "\r\n", "\r"]) {
    const heard: boolean[] = [];
    const text = `: ping${ends}data: {"n":1}${ends}${ends}: data: ping${ends}${ends}data: [DONE]${ends}${ends}`;
    const response = respond(...(text.match(/.{1,4}/gs) ?? []));
    expect(await readAll(response, (event) => heard.push(event))).toEqual([{ n: 1 }, done]);
    expect(heard.filter((event) => event)).toHaveLength(2);
  }
});

test("a body that broke before it was read is an error, and one that is over ends", async () => {
  const broken = new PassThrough();
  broken.on("error", () => undefined);
  broken.destroy(new Error("cut"));
  const over = new PassThrough();
  over.end().resume();
  const left = new PassThrough().destroy();
  await turn();
  await expect(readAll({ body: broken, headers: new Headers() })).rejects.toThrow("cut");
  expect(over.readableEnded).toBe(true);
  for (const body of [over, left]) expect(await readAll({ body, headers: new Headers() })).toEqual([]);
});

describe("what is no chunk", () => {
  test.each([
    ["an error inside", 'data: {"error":{"message":"no luck","code":"rate_limit_exceeded"}}\n\n'],
    ["an event that is named so", 'event: error\ndata: {"message":"no luck","code":"rate_limit_exceeded"}\n\n'],
    [
      "an error inside an event that is named so",
      'event: error\ndata: {"error":{"message":"no luck","code":"rate_limit_exceeded"}}\n\n',
    ],
  ])("%s is thrown as the SDK's own error", async (_, piece) => {
    const response = respond(piece, 'data: {"n":1}\n\n');
    const error = await readAll(response).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ code: "rate_limit_exceeded", message: "no luck" });
    expect(response.body.destroyed).toBe(true);
  });

  test("malformed JSON is a syntax error", async () => {
    await expect(readAll(respond("data: {oops\n\n"))).rejects.toBeInstanceOf(SyntaxError);
  });

  test("an answer without a body holds nothing", async () => {
    expect(await readAll({ body: undefined, headers: new Headers() })).toEqual([]);
  });
});

test("a reader who leaves gives the rest up", async () => {
  const response = respond('data: {"n":1}\n\n', 'data: {"n":2}\n\n');
  for await (const _ of readEventStream(response, () => {}, createDemand())) break;
  expect(response.body.destroyed).toBe(true);
});

describe("while nobody could show more", () => {
  const word = (n: number) => `data: {"n":${n},"finish_reason":null}\n\n`;

  /** Reads in batches; \`demand\` is closed after the first one. */
  async function batchesOf(...pieces: readonly string[]) {
    const demand = createDemand();
    const batches: number[] = [];
    for await (const batch of readEventStream(respond(...pieces), () => {}, demand)) {
      batches.push(batch.length);
      demand.close();
    }
    return batches;
  }

  test("what comes waits, and is read at once at the end", async () => {
    expect(await batchesOf(word(1), word(2), word(3), word(4))).toEqual([1, 3]);
  });

  test.each([
    ["a reason to finish", ['data: {"finish_reason":"stop"}\n\n']],
    ["a reason to finish, as others write it", ['data: {"finish_reason": "length"}\n\n']],
    ["a reason to finish with spaces around", ['data: {"finish_reason" : \t"stop"}\n\n']],
    ["a reason to finish that is cut in two", ['data: {"finish_', 'reason":"stop"}\n\n']],
    ["the sign behind the last event", ["data: [DONE]\n\n"]],
    ["the sign, a letter a packet", [..."data: [DONE]\n\n"]],
    ["a reason to finish, a letter a packet", [...'data: {"finish_reason": "stop"}\n\n']],
    ["an error", ['data: {"error":{"message":"no luck"}}\n\n']],
  ])("%s does not wait", async (_, end) => {
    const demand = createDemand();
    const body = new PassThrough();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const batch of readEventStream({ body, headers: new Headers() }, () => {}, demand))
        seen.push(batch.length);
    })().catch(() => undefined);
    demand.close();
    body.write(word(1));
    await turn();
    expect(seen).toEqual([]);
    for (const piece of end) {
      body.write(piece);
      await turn();
    }
    await turn();
    expect(seen.length).toBeGreaterThan(0);
    body.end();
    await reading;
  });

  test("it is handed on when more could be shown, and whoever asks for it can wait for that", async () => {
    const demand = createDemand();
    const body = new PassThrough();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const batch of readEventStream({ body, headers: new Headers() }, () => {}, demand))
        seen.push(batch.length);
    })();
    demand.close();
    expect(demand.open()).toBeUndefined();
    demand.close();
    for (const n of [1, 2, 3]) body.write(word(n));
    await turn();
    await demand.open();
    expect(seen).toEqual([3]);
    body.write(word(4));
    await turn();
    expect(seen).toEqual([3, 1]);
    body.end();
    await reading;
  });

  test("words before an error in the same batch are read", async () => {
    const response = respond(`${word(1) + word(2)}data: {"error":{"message":"no luck"}}\n\n`);
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const batch of readEventStream(response, () => {}, createDemand())) seen.push(...batch);
    })();
    await expect(reading).rejects.toBeInstanceOf(APIError);
    expect(seen).toHaveLength(2);
  });

  test("no more than a bound waits", async () => {
    const demand = createDemand();
    demand.close();
    const heard: boolean[] = [];
    const pieces = Array.from({ length: 40 }, (_, n) => `data: {"n":${n},"pad":"${"x".repeat(8_000)}"}\n\n`);
    const batches: number[] = [];
    for await (const batch of readEventStream(respond(...pieces), (event) => heard.push(event), demand))
      batches.push(batch.length);
    expect(batches.length).toBeGreaterThan(3);
    expect(batches.reduce((sum, count) => sum + count, 0)).toBe(40);
  });
});
