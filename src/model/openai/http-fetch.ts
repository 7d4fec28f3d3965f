import { pipeline, type Readable } from "node:stream";
import zlib from "node:zlib";
import { httpRequest } from "../../port/index.ts";

/**
 * `fetch` for what the SDK sends. An answer comes token by token, so its body is no web stream: it is `bodyOf` the response.
 */
export const httpFetch: typeof fetch = async (input, { method = "GET", headers, body, signal } = {}) => {
  const address = input instanceof Request ? input.url : input;
  if (body !== undefined && body !== null && typeof body !== "string") throw new TypeError("unexpected body");
  const sent = { method, headers: Object.fromEntries(new Headers(headers)), body: body ?? undefined, signal };
  const answer = await httpRequest(address, sent);
  // `Response` takes no other status, though servers send them.
  const response = new Response(null, { status: Math.min(Math.max(answer.status, 200), 599), headers: answer.headers });
  bodies.set(response, decompressed(answer));
  return response;
};

const bodies = new WeakMap<Response, Readable>();

/** The body of a response of `httpFetch`, decompressed. */
export const bodyOf = (response: Response): Readable | undefined => bodies.get(response);

/** No compression is asked for, but some servers do not ask either. What cannot be decompressed is no answer to whoever reads it. */
function decompressed({ headers, body }: { readonly headers: Headers; readonly body: Readable }): Readable {
  const encodings = headers.get("content-encoding")?.toLowerCase().split(",") ?? [];
  let read = body;
  for (const encoding of encodings.slice(-mostEncodings).reverse()) {
    const decoder = decoders.get(encoding.trim())?.();
    if (decoder === undefined) continue;
    decoder.on("error", () => undefined); // nobody may read it, and it may come late
    read = pipeline(read, decoder, () => undefined); // an error reaches whoever reads
  }
  return read;
}

/** One is what servers use; each takes memory. */
const mostEncodings = 3;

const soon = { flush: zlib.constants.Z_SYNC_FLUSH };
const gunzip = () => zlib.createGunzip(soon);
const decoders: ReadonlyMap<string, () => NodeJS.ReadWriteStream & Readable> = new Map([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", () => zlib.createInflate(soon)],
  ["br", () => zlib.createBrotliDecompress({ flush: zlib.constants.BROTLI_OPERATION_FLUSH })],
  ["zstd", () => zlib.createZstdDecompress({ flush: zlib.constants.ZSTD_e_flush })],
]);
