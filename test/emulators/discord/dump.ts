import { isThread } from "./channel-types.ts";
import { messagesIn } from "./messages.ts";
import type { World } from "./world.ts";

/** What the channels hold and what was asked last, for whoever waited in vain. */
export function dump(world: World): string {
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
