import { writeFile } from "node:fs/promises";
import type { Clock } from "./clock.ts";

/** The image's health check calls the bot unhealthy after a minute without a sign of life. */
const intervalMs = 15_000;

/** Writes the time into a file, again and again, until the signal is aborted. Rejects when it cannot. */
export async function beat(file: string, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await writeFile(file, new Date(clock.now()).toISOString());
    await clock.wait(intervalMs, signal);
  }
}
