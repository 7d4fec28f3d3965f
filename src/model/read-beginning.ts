import type { Readable } from "node:stream";

/** The beginning of a body as text. What comes behind `mostBytes`, counted after any decompression, is neither held nor waited for. */
export async function readBeginning(body: Readable | undefined, mostBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let left = mostBytes;
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    pieces.push(piece.subarray(0, left));
    left -= piece.byteLength;
    if (left <= 0) break; // which destroys it
  }
  return Buffer.concat(pieces).toString("utf8");
}
