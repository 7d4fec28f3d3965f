import type { SlashCommand } from "@slack/bolt";
import { type EventId, eventId, messageId, type Place, sentences, usageOf } from "../../../src/port/index.ts";
import { parseTyped } from "../app/commands.ts";
import { toPlatformError } from "../workspace/errors.ts";
import { type MessageContext, toAuthor } from "../workspace/inbound.ts";
import { isNotMember, notMemberText } from "../workspace/membership.ts";
import { messageContextOf } from "../workspace/message-context.ts";
import { remember } from "../workspace/recent.ts";
import type { Workspace } from "../workspace/workspaces.ts";
import { toAskedMessage } from "./asked-message.ts";
import { placeAt, toCommand, toQuestion } from "./interaction-events.ts";
import { createInteractionSurface, type Respond, toAnswer } from "./interaction-surface.ts";
import type { ListenerContext } from "./listener-context.ts";
import { openModal } from "./persona-form.ts";

const said = sentences.slack;

/** Runs what stands behind the command, or tells the person alone what could stand there. */
export async function onSlashCommand(
  command: SlashCommand,
  respond: Respond,
  workspace: Workspace,
  listening: ListenerContext,
): Promise<void> {
  const { channel_id: channel, user_id: user, trigger_id: trigger, response_url: respondUrl } = command;
  const { commands, complete } = listening.context;
  const typed = parseTyped(unescaped(command.text), commands, complete);
  if (typed.kind === "compose") return openModal(trigger, { channel, user, respondUrl }, respond, workspace, listening);
  const setting = await messageContextOf(workspace, { channel, user });
  const place = placeAt(channel, "", setting);
  if (typed.kind === "unknown") {
    const known = commands.map((spec) => `- \`${command.command} ${usageOf(spec)}\``);
    const sentence = said.unknownCommand(said.howToAsk(command.command), known.join("\n"));
    await respond(toAnswer(sentence, place));
    return;
  }
  const id = eventId(`slack:command:${trigger}`);
  if (typed.spec.asks)
    return onAsk(
      typed.options[typed.spec.options[0]?.name ?? ""] ?? "",
      { command, id, setting, respond, workspace },
      listening,
    );
  const surface = createInteractionSurface({ workspace, place, channel, user, respond });
  await listening.receive(
    { ...toCommand(id, place, setting, typed.spec.name, typed.options), channelWide: true },
    surface,
  );
}

type Asked = {
  readonly command: SlashCommand;
  readonly id: EventId;
  readonly setting: MessageContext;
  readonly respond: Respond;
  readonly workspace: Workspace;
};

/** A command's text is not visible, so the question is posted, and the answer grows in the thread under it. */
async function onAsk(question: string, asked: Asked, listening: ListenerContext): Promise<void> {
  const { command, id, setting, respond, workspace } = asked;
  const { channel_id: channel, user_id: user } = command;
  const outside = placeAt(channel, "", setting);
  const asks = { text: question, attachments: [], sentAt: listening.context.clock.now() };
  if (!listening.context.admits({ place: outside, author: toAuthor(setting.person) })) {
    // Refused by the core; the bot must not say in public what they typed.
    const surface = createInteractionSurface({ workspace, place: outside, channel, user, respond });
    return listening.receive(toQuestion(id, outside, setting, asks), surface);
  }
  const whisper = async (markdown: string) => void (await respond(toAnswer(markdown, outside)));
  if (question === "") return whisper(said.howToAsk(command.command));
  try {
    const asked = toAskedMessage(setting.person.name, question);
    const { ts: root = "" } = await workspace.failFast.chat.postMessage({ channel, ...asked, ...plain });
    remember(workspace.own, root);
    const inThread = placeAt(channel, root, setting);
    // The thread begins with the question, so there is nothing to read back.
    const place: Place = inThread.kind === "direct" ? inThread : { ...inThread, kind: "new-thread" };
    const event = {
      ...toQuestion(id, place, setting, asks),
      message: messageId(root),
    };
    const { person } = setting;
    await listening.ask(event, { workspace, place, channel, root, question: root, person, respondPrivately: whisper });
  } catch (error) {
    const { message } = toPlatformError(error);
    listening.context.log.warn({ channel, error: message }, "a question could not be posted");
    await whisper(isNotMember(error) ? notMemberText(channel, setting) : said.notPosted);
  }
}

/** The question is text: previews of its links would push the answer away. */
const plain = { unfurl_links: false, unfurl_media: false };

/** Slack escapes three signs in what people type. */
const unescaped = (text: string): string => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
