import { sentences } from "../../../src/port/index.ts";
import { codeOf } from "./errors.ts";
import { isDirect, type MessageContext } from "./inbound.ts";
import type { Workspace } from "./workspaces.ts";

/** Slack does not even tell whether a private place exists in which the bot is not. */
export const isNotMember = (error: unknown): boolean =>
  ["not_in_channel", "channel_not_found"].includes(codeOf(error) ?? "");

/** What to do where the bot is no member. */
export const notMemberText = (channel: string, { bot }: MessageContext): string =>
  isDirect(channel) ? sentences.slack.notMemberDirect : sentences.slack.notMember(bot);

/** If the check fails, membership is assumed: the answer itself will tell. */
export async function isMember({ failFast }: Workspace, channel: string): Promise<boolean> {
  try {
    const { channel: found } = await failFast.conversations.info({ channel });
    return found?.is_member !== false; // a direct message has members of another kind
  } catch (error) {
    return !isNotMember(error);
  }
}
