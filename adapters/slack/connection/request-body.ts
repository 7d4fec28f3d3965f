import type { IncomingMessage } from "node:http";

export type Body =
  | { readonly kind: "whole"; readonly bytes: Buffer }
  | { readonly kind: "too-large" }
  /** Whoever sent it went away, or it gave way to others. */
  | { readonly kind: "broken" };

export interface BodyReader {
  /** Reads no more than `most` bytes. */
  read(request: IncomingMessage, most: number): Promise<Body>;
}

/** Of all bodies that are not whole yet, together. Bytes. */
const mostHeld = 32 * 1024 * 1024;

/** Reads bodies of people who may not be who they say they are: where they are too many, those that take longest give way. */
export function createBodyReader(): BodyReader {
  /** The oldest stand first. */
  const unfinished = new Map<IncomingMessage, number>();
  let held = 0;

  function take(request: IncomingMessage, bytes: number): void {
    held += bytes;
    unfinished.set(request, (unfinished.get(request) ?? 0) + bytes);
    for (const oldest of unfinished.keys()) {
      if (held <= mostHeld) break;
      release(oldest);
      oldest.destroy();
    }
  }

  function release(request: IncomingMessage): void {
    held -= unfinished.get(request) ?? 0;
    unfinished.delete(request);
  }

  async function collect(request: IncomingMessage, most: number): Promise<Body> {
    if (Number(request.headers["content-length"]) > most) return { kind: "too-large" };
    const { promise, resolve } = Promise.withResolvers<Body>();
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > most) return resolve({ kind: "too-large" });
      chunks.push(chunk);
      take(request, chunk.length);
    });
    request.on("end", () => resolve({ kind: "whole", bytes: Buffer.concat(chunks) }));
    request.on("error", () => resolve({ kind: "broken" }));
    request.on("close", () => resolve({ kind: "broken" }));
    const body = await promise;
    request.removeAllListeners("data");
    return body;
  }

  return {
    read: (request, most) => collect(request, most).finally(() => release(request)),
  };
}
