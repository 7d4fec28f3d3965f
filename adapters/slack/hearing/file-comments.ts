import type { Context } from "@slack/bolt";
import { sentences } from "../../../src/port/index.ts";
import type { ListenerContext } from "../controls/listener-context.ts";
import type { SlackMessage } from "../workspace/inbound.ts";

/** https://docs.slack.dev/reference/events/message/file_comment */
type FileComment = SlackMessage & { readonly comment?: { readonly user?: string; readonly comment?: string } };

export function isFileComment({ subtype, text, comment }: FileComment, botUserId: string): boolean {
  return subtype === "file_comment" && `${text ?? ""} ${comment?.comment ?? ""}`.includes(`<@${botUserId}`);
}

export async function refuseFileComment(
  message: FileComment,
  bolt: Context,
  listening: ListenerContext,
): Promise<void> {
  const workspace = listening.workspaceOf(bolt);
  const user = message.comment?.user ?? message.user;
  if (user === undefined) return;
  const { failFast } = workspace;
  await failFast.chat.postEphemeral({ channel: message.channel, user, text: sentences.slack.noFileComments });
}
