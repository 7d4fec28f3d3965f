import type { ReplyTarget } from "../workspace/reply-target.ts";

/** A message of the bot in this thread that no answer has told of, and that is not one of these. */
export async function findLost(
  { workspace, channel, root, question }: ReplyTarget,
  others: ReadonlySet<string> = new Set(),
): Promise<string | undefined> {
  const { failFast, own, botUserId } = workspace;
  const { messages = [] } = await failFast.conversations.replies({ channel, ts: root, oldest: question, limit: 200 });
  const strays = messages.flatMap(({ user, ts }) =>
    user === botUserId && ts !== undefined && !own.has(ts) && !others.has(ts) ? [ts] : [],
  );
  return strays.findLast((ts) => ts > question);
}
