import { sentences } from "../../../src/port/index.ts";
import { codeOf } from "./errors.ts";
import { isDirect, type Setting } from "./inbound.ts";
import type { Workspace } from "./workspaces.ts";

/** Slack does not even tell whether a private place exists in which the bot is not. */
export const isStrange = (error: unknown): boolean =>
  ["not_in_channel", "channel_not_found"].includes(codeOf(error) ?? "");

/** What to do where the bot is no member. */
export const absence = (channel: string, { bot }: Setting): string =>
  isDirect(channel) ? sentences.slack.notMemberDirect : sentences.slack.notMember(bot);

/** What cannot be learned is not held against it: the answer itself will tell. */
export async function isMember({ hasty }: Workspace, channel: string): Promise<boolean> {
  try {
    const { channel: found } = await hasty.conversations.info({ channel });
    return found?.is_member !== false; // a direct message has members of another kind
  } catch (error) {
    return !isStrange(error);
  }
}
