import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";

export type HttpRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | null | undefined;
};

export type HttpResponse = {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  /** To be read or destroyed. */
  readonly body: Readable;
};

/**
 * One request by `node:http`, whose agents keep connections and know the proxies of the environment. Node's own `fetch`, and the undici that
 * SDKs bring, take three times the processor's time for a call, and several times that for each packet of a stream. No redirect is
 * followed, and silence has no limit here: whoever calls has the signal.
 */
export function httpRequest(address: string | URL, request: HttpRequest): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const { method = "GET", headers = {}, body, signal } = request;
  const url = new URL(address);
  const options = { method, headers, ...(signal ? { signal } : {}) };
  const asked = (url.protocol === "https:" ? https : http).request(url, options);
  asked.setTimeout(0); // the agent's own, which each packet would begin anew
  asked.on("error", reject);
  asked.on("response", (message) => {
    message.on("error", ignored); // nobody may read it
    const { statusCode: status = 0, statusMessage: statusText = "" } = message;
    resolve({ status, statusText, headers: headersOf(message), body: message });
  });
  // A switch of protocols closes it without either; after a response this says nothing.
  asked.on("close", () => reject(new Error("closed without a response")));
  asked.end(body);
  return promise;
}

const ignored = () => undefined;

function headersOf({ rawHeaders }: http.IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  return headers;
}

/** Rejects where a body is larger. */
export async function readBody(body: Readable, mostBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    bytes += piece.byteLength;
    if (bytes > mostBytes) throw new RangeError(`the response is larger than ${mostBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
