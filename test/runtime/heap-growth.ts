import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose_gc");
const collect: unknown = runInNewContext("gc");

/** Bytes that are still held when the work is over. */
export async function heapGrowth(work: () => Promise<void>): Promise<number> {
  const before = heldBytes();
  await work();
  return heldBytes() - before;
}

function heldBytes(): number {
  if (typeof collect === "function") collect();
  return process.memoryUsage().heapUsed;
}

/** A name of its own memory, long enough to be noticed when it is kept. */
export const bulkyName = (index: number): string => Buffer.from(`${index} `.repeat(400)).toString();
