import { shownName } from "./payloads.ts";
import type { World } from "./world.ts";

/**
 * Resolves once the predicate holds. It is looked at again after everything that happens, never by the clock; when time is up
 * the rejection shows what the channels held.
 */
export async function until(world: World, predicate: () => boolean, timeoutMs: number): Promise<void> {
  if (predicate()) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = new Error(`not within ${timeoutMs} ms: ${predicate}`);
  const timer = setTimeout(
    () => reject(Object.assign(late, { message: `${late.message}\n${dump(world)}` })),
    timeoutMs,
  );
  const deaf = world.changes.listen(() => {
    try {
      if (predicate()) resolve();
    } catch (error) {
      reject(error);
    }
  });
  await promise.finally(() => {
    clearTimeout(timer);
    deaf();
  });
}

function dump(world: World): string {
  const messages = [...world.messages.values()].map(({ ts, threadTs, userId, states, text, deleted, streaming }) => {
    const marks = `${deleted ? " deleted" : ""}${streaming ? " streaming" : ""}`;
    const thread = threadTs === undefined ? "" : ` in ${threadTs}`;
    return `  ${ts}${thread} ${world.users.get(userId)?.name} (${states.length} states${marks}): ${JSON.stringify(text)}`;
  });
  const channels = [...world.channels.values()].map((channel) => `channel ${channel.id} ${shownName(channel)}`);
  const requests = world.requests
    .slice(-10)
    .map(({ method, status, error }) => `  ${method} ${status ?? "unanswered"} ${error ?? ""}`);
  const deliveries = world.deliveries
    .slice(-10)
    .map(({ type, attempt, ackedAt }) => `  ${type} ${attempt} ${ackedAt === undefined ? "unacknowledged" : ""}`);
  const problems = world.problems.map((problem) => `problem: ${problem}`);
  return [...channels, ...messages, "last requests", ...requests, "last deliveries", ...deliveries, ...problems].join(
    "\n",
  );
}
