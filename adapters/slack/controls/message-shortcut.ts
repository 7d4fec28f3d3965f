import type { MessageShortcut } from "@slack/bolt";
import { eventId, quoteHeading, sentences } from "../../../src/port/index.ts";
import { shortcuts } from "../app/manifest.ts";
import { attachmentsOf, quoteOf, rootOf, type SlackMessage } from "../workspace/inbound.ts";
import { isMember, notMemberText } from "../workspace/membership.ts";
import { messageContextOf } from "../workspace/message-context.ts";
import type { Workspace } from "../workspace/workspaces.ts";
import { placeAt, toCommand, toQuestion } from "./interaction-events.ts";
import { createInteractionSurface, type Respond } from "./interaction-surface.ts";
import type { ListenerContext } from "./listener-context.ts";
import { openModal } from "./persona-form.ts";

/** An entry in a message's menu. Slack offers it on every message, where the bot is no member as well. */
export async function onShortcut(
  shortcut: MessageShortcut,
  respond: Respond,
  workspace: Workspace,
  listening: ListenerContext,
): Promise<void> {
  const { trigger_id: trigger, response_url: respondUrl } = shortcut;
  const message = { ...(shortcut.message as unknown as SlackMessage), channel: shortcut.channel.id };
  const { channel, thread_ts: thread } = message;
  const user = shortcut.user.id;
  const root = rootOf(message);
  if (shortcut.callback_id === shortcuts.persona.callbackId)
    return openModal(trigger, { channel, user, root, respondUrl }, respond, workspace, listening);
  const [setting, joined] = await Promise.all([
    messageContextOf(workspace, { ...message, user }),
    isMember(workspace, channel),
  ]);
  const place = placeAt(channel, root, setting);
  const way = createInteractionSurface({ workspace, place, channel, user, thread, respond });
  const whisper = async (markdown: string) => way.respondPrivately?.(markdown);
  if (!joined) return whisper(notMemberText(channel, setting));
  const id = eventId(`slack:shortcut:${trigger}`);
  const { person } = setting;
  const target = { workspace, place, channel, root, question: shortcut.action_ts, person, respondPrivately: whisper };
  if (shortcut.callback_id === shortcuts.reset.callbackId) {
    const surface = { ...listening.surfaceAt(target), expectsResponse: true };
    return listening.receive(toCommand(id, place, setting, "reset", {}), surface);
  }
  const author =
    message.user === undefined
      ? (message.username ?? sentences.slack.aBot)
      : (await workspace.people.aside(message.user)).name;
  const quote = quoteOf(message, author, setting);
  const attachments = attachmentsOf(message);
  if (quote === undefined && attachments.length === 0) return whisper(sentences.answers.asks.nothingToRead);
  const question = {
    text: sentences.answers.asks.about,
    attachments,
    sentAt: listening.context.clock.now(),
    ...(message.ts === root
      ? {}
      : { quotedQuestion: quoteHeading(`${author}: ${quote?.text ?? attachments[0]?.name ?? ""}`) }),
    ...(quote === undefined ? {} : { quote }),
  };
  await listening.ask(toQuestion(id, place, setting, question), target);
}
