import { shownName } from "./payloads.ts";
import type { World } from "./world.ts";

/** What the channels hold and what was asked last, for whoever waited in vain. */
export function dump(world: World): string {
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
