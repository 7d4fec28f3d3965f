import { isDirect, type Setting, type SlackMessage } from "./inbound.ts";
import { namesIn, type Workspace } from "./workspaces.ts";

/** Asks Slack for the names behind a message's ids, all at once; what was asked lately is known. */
export async function settingOf(
  workspace: Workspace,
  { channel, user, text, attachments }: Pick<SlackMessage, "channel" | "user" | "text" | "attachments">,
): Promise<Setting> {
  const texts = [text, ...(attachments ?? []).map((shared) => shared.text)].filter(Boolean).join(" ");
  const [described, person, place, names] = await Promise.all([
    workspace.describe(),
    workspace.person(user ?? ""),
    isDirect(channel) ? noChannel : workspace.channel(channel),
    namesIn(texts, workspace),
  ]);
  const { team, botUserId } = workspace;
  return { team, teamName: described.name, bot: described.bot, botUserId, person, channel: place, names };
}

const noChannel = { name: undefined, creator: undefined, isGroup: false };
