import { isThread } from "./channel-types.ts";
import { messagesIn } from "./messages.ts";
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
  const channels = [...world.channels.values()].flatMap((channel) => [
    `${isThread(channel) ? "thread" : "channel"} ${channel.id} ${channel.name}`,
    ...messagesIn(world, channel.id).map(
      (message) =>
        `  ${world.users.get(message.authorId)?.name} (${message.states.length} states): ${JSON.stringify(message.content)}`,
    ),
  ]);
  const requests = world.requests
    .slice(-10)
    .map(({ method, path, status }) => `  ${method} ${path} ${status ?? "unanswered"}`);
  return [...channels, "last requests", ...requests, ...world.problems.map((problem) => `problem: ${problem}`)].join(
    "\n",
  );
}
