/** The beginning of a body as text. What comes behind `mostBytes`, counted after any decompression, is neither held nor waited for. */
export async function readBeginning(body: ReadableStream<Uint8Array> | null, mostBytes: number): Promise<string> {
  const reader = body?.getReader();
  if (reader === undefined) return "";
  const pieces: Uint8Array[] = [];
  let left = mostBytes;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      pieces.push(read.value.subarray(0, left));
      left -= read.value.byteLength;
      if (left <= 0) break;
    }
  } finally {
    await reader.cancel();
  }
  return Buffer.concat(pieces).toString("utf8");
}
