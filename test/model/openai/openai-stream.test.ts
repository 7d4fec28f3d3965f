import { APIError } from "openai";
import { describe, expect, test } from "vitest";
import { readEventStream } from "../../../src/model/openai/openai-stream.ts";

/** A response whose body comes in these pieces. `cancelled` tells whether the reader gave it up. */
function respond(...pieces: readonly string[]) {
  const given = { cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[sent++];
        if (piece === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(piece));
      },
      cancel() {
        given.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  let sent = 0;
  return { response: new Response(body), given };
}

async function readAll(response: Response, heard: (event: boolean) => void = () => {}): Promise<readonly unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of readEventStream(response, heard)) chunks.push(chunk);
  return chunks;
}

test("several events of one piece come one by one, and nothing after [DONE]", async () => {
  const { response } = respond(
    'data: {"n":1}\n\ndata: {"n":2}\r\n\r\ndata: {"n"',
    ":3}\n\ndata: [DONE]\n\ndata: {}\n\n",
  );
  expect(await readAll(response)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

test("each piece is heard, and of one that holds a comment alone it is told", async () => {
  const heard: boolean[] = [];
  const { response } = respond(": ping\n\n", "data: {}\n\n: ping\n\n");
  await readAll(response, (event) => heard.push(event));
  expect(heard).toEqual([false, true]);
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
    const { response, given } = respond(piece, 'data: {"n":1}\n\n');
    const error = await readAll(response).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ code: "rate_limit_exceeded", message: "no luck" });
    expect(given.cancelled).toBe(true);
  });

  test("malformed JSON is a syntax error", async () => {
    await expect(readAll(respond("data: {oops\n\n").response)).rejects.toBeInstanceOf(SyntaxError);
  });

  test("an answer without a body holds nothing", async () => {
    expect(await readAll(new Response(null))).toEqual([]);
  });
});

test("a reader who leaves gives the rest up", async () => {
  const { response, given } = respond('data: {"n":1}\n\n', 'data: {"n":2}\n\n');
  for await (const _ of readEventStream(response, () => {})) break;
  expect(given.cancelled).toBe(true);
});
