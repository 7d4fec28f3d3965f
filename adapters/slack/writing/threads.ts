import { type Earlier, type EarlierMessage, messageId, sentences } from "../../../src/port/index.ts";
import { attachmentsOf, isWords, type SlackMessage, textOf, toAuthor, toTime } from "../workspace/inbound.ts";
import type { Person } from "../workspace/lookups.ts";
import { namesIn, type Workspace } from "../workspace/workspaces.ts";

/** Slack reads a thread from its beginning, so its newest messages are on the last page. */
const perPage = 200;
/** A longer thread is not read to its end. */
const mostPages = 10;

export type Thread = {
  readonly channel: string;
  readonly root: string;
  /** The message before which is read. */
  readonly before: string;
};

/** What was said in a thread before a message: its newest `count`, as far as Slack lets it be read. */
export async function earlier(workspace: Workspace, thread: Thread, count: number): Promise<Earlier> {
  const { messages, complete } = await readThread(workspace, thread);
  const before = messages.filter((message) => message.ts < thread.before && isWords(message));
  const newest = before.slice(-count);
  const read = await Promise.all(
    newest.map((message) => toEarlier({ ...message, channel: thread.channel }, workspace)),
  );
  return { messages: read, complete: complete && newest.length === before.length };
}

type Read = { readonly messages: readonly Omit<SlackMessage, "channel">[]; readonly complete: boolean };

/** A failure on the first page is the caller's; on a later one it leaves what was read, which is then not all. */
async function readThread(workspace: Workspace, thread: Thread): Promise<Read> {
  const { failFast } = workspace;
  const { channel, root, before } = thread;
  const messages: Omit<SlackMessage, "channel">[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    try {
      const answer = await failFast.conversations.replies({
        channel,
        ts: root,
        latest: before,
        limit: perPage,
        ...(cursor === undefined ? {} : { cursor }),
      });
      messages.push(...((answer.messages ?? []) as readonly Omit<SlackMessage, "channel">[]));
      cursor = answer.response_metadata?.next_cursor || undefined;
    } catch (error) {
      if (page === 0) throw error;
      break;
    }
    if (cursor === undefined) return { messages, complete: true };
  }
  return { messages: (await readNewest(workspace, thread)) ?? messages, complete: false };
}

/** How far back the last messages of a thread too long to be read are looked for: a day. */
const newestSeconds = 24 * 60 * 60;

/** What was said last; undefined where Slack does not tell, or it was too much as well. */
async function readNewest(
  { failFast }: Workspace,
  { channel, root, before }: Thread,
): Promise<Read["messages"] | undefined> {
  try {
    const oldest = String(Number(before) - newestSeconds);
    const answer = await failFast.conversations.replies({ channel, ts: root, oldest, latest: before, limit: 1_000 });
    return answer.has_more ? undefined : (answer.messages as Read["messages"] | undefined);
  } catch {
    return undefined; // what was read first is better than nothing, and the person hears that it is not all
  }
}

async function toEarlier(message: SlackMessage, workspace: Workspace): Promise<EarlierMessage> {
  const own =
    message.user === workspace.botUserId || (message.bot_id !== undefined && message.bot_id === workspace.botId);
  const { botUserId } = workspace;
  const [person, names] = await Promise.all([authorOf(message, workspace), namesIn(message.text, workspace)]);
  return {
    message: messageId(message.ts),
    author: toAuthor(person),
    own,
    text: textOf(message, { botUserId, names }),
    attachments: attachmentsOf(message),
    sentAt: toTime(message.ts),
  };
}

/** Another bot may have a name of its own and no user. */
async function authorOf({ user, username, bot_id: bot }: SlackMessage, workspace: Workspace): Promise<Person> {
  if (user !== undefined) return workspace.people.aside(user);
  return { id: bot ?? "unknown", name: username ?? sentences.slack.aBot, isAdmin: false, isStranger: false };
}
