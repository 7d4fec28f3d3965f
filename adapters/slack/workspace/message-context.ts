import { isDirect, type MessageContext, type SlackMessage } from "./inbound.ts";
import { namesIn, type Workspace } from "./workspaces.ts";

/**
 * Asks Slack for the names behind a message's ids, all at once; what was asked lately is known. Chatter is what nobody said to the bot
 * and no thread holds: nothing hangs on who said it. Rights in a channel matter to commands alone, so that a question does not wait for them.
 */
export async function messageContextOf(
  workspace: Workspace,
  { channel, user = "", text, attachments }: Pick<SlackMessage, "channel" | "user" | "text" | "attachments">,
  { isChatter = false, isCommand = true } = {},
): Promise<MessageContext> {
  const [people, channels] = isChatter
    ? [workspace.people.aside, workspace.channels.aside]
    : [workspace.people.needed, isCommand ? workspace.channels.needed : workspace.channels.beside];
  const texts = [text, ...(attachments ?? []).map((shared) => shared.text)].filter(Boolean).join(" ");
  const [described, person, place, names] = await Promise.all([
    workspace.describe(),
    people(user),
    isDirect(channel) ? noChannel : channels(channel),
    namesIn(texts, workspace),
  ]);
  const { team, botUserId } = workspace;
  return { team, teamName: described.name, bot: described.bot, botUserId, person, channel: place, names };
}

const noChannel = { name: undefined, creator: undefined, isGroup: false };
