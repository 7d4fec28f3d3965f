import type { BlockButtonAction } from "@slack/bolt";
import { eventId, sentences, type ThreadId, truncate } from "../../../src/port/index.ts";
import { toPlatformError } from "../workspace/errors.ts";
import { fromValue, longestFallback, type Pressed } from "../workspace/format.ts";
import { toAuthor } from "../workspace/inbound.ts";
import { messageContextOf } from "../workspace/message-context.ts";
import type { Workspace } from "../workspace/workspaces.ts";
import { placeAt, toCommand, toQuestion } from "./interaction-events.ts";
import { createInteractionSurface, toAnswer } from "./interaction-surface.ts";
import type { ListenerContext } from "./listener-context.ts";

const { asks } = sentences.answers;

/** A control under a reply. It names its conversation, so that it works after a restart. */
export async function onButton(
  body: BlockButtonAction,
  workspace: Workspace,
  listening: ListenerContext,
): Promise<void> {
  const [action] = body.actions;
  const named = fromValue(action?.value);
  const channel = body.channel?.id;
  if (action === undefined || named === undefined || channel === undefined) return;
  if (action.action_id === "forget-me" || action.action_id === "keep-me")
    return onConfirmation(body, { ...named, channel, name: action.action_id }, workspace, listening);
  const ts = body.message?.ts;
  if (ts === undefined) return;
  const root = rootIn(named.thread);
  const user = body.user.id;
  const setting = await messageContextOf(workspace, { channel, user });
  const place = placeAt(channel, root, setting);
  if (!isThere(body, channel, named.thread)) {
    await listening.respondAt(body.response_url)(toAnswer(sentences.answers.gone, place));
    return;
  }
  const target = { workspace, place, channel, root, question: action.action_ts, person: setting.person };
  if (action.action_id !== "go-on") {
    const id = eventId(`slack:${action.action_id}:${action.action_ts}:${user}`);
    const command = toCommand(id, place, setting, action.action_id, {});
    const isStop = command.name === "stop";
    return listening.receive({ ...command, ...(isStop ? { button: "stop" } : {}) }, listening.surfaceAt(target));
  }
  const isAdmitted = listening.context.admits({ place, author: toAuthor(setting.person) });
  if (isAdmitted) await dropButtons(body, channel, ts, workspace, listening);
  // Two people may press it at once: the event is named by the button's message, so that it is one.
  const pressed = isAdmitted ? ts : `${action.action_ts}:${user}`;
  const id = eventId(`slack:go-on:${workspace.team}:${channel}:${pressed}`);
  await listening.ask(
    toQuestion(id, place, setting, {
      text: asks.goOn,
      quotedQuestion: `> ${asks.goOn}`,
      attachments: [],
      sentAt: listening.context.clock.now(),
    }),
    target,
  );
}

/** Slack delivers presses under the bot's own messages alone; which conversation such a button names, somebody's client says. */
function isThere({ message }: BlockButtonAction, channel: string, thread: ThreadId): boolean {
  const root = (message?.["thread_ts"] as string | undefined) ?? message?.ts ?? "";
  return thread.endsWith(`:${channel}:${root}`);
}

type Confirmation = Pressed & { readonly channel: string; readonly name: "forget-me" | "keep-me" };

/** The answer stands in the place of the question, so that it cannot be answered again. */
async function onConfirmation(
  body: BlockButtonAction,
  { thread, only, channel, name }: Confirmation,
  workspace: Workspace,
  listening: ListenerContext,
): Promise<void> {
  const user = body.user.id;
  const setting = await messageContextOf(workspace, { channel, user });
  const place = placeAt(channel, rootIn(thread), setting);
  const respond = listening.respondAt(body.response_url);
  if (only !== toAuthor(setting.person).id) {
    await respond(toAnswer(sentences.answers.notYours, place));
    return;
  }
  const surface = createInteractionSurface({
    workspace,
    place,
    channel,
    user,
    thread: body.container["thread_ts"] as string | undefined,
    respond: (answer) => respond({ ...answer, replace_original: true }),
  });
  const id = eventId(`slack:${name}:${body.trigger_id}`);
  await listening.receive({ ...toCommand(id, place, setting, "forget me", {}), button: name }, surface);
}

/** Pressed once, it has done its work. The answer goes on even where this cannot be shown. */
async function dropButtons(
  { message }: BlockButtonAction,
  channel: string,
  ts: string,
  { failFast }: Workspace,
  { context }: ListenerContext,
): Promise<void> {
  try {
    const blocks = ((message?.["blocks"] ?? []) as { readonly type: string }[]).filter(
      ({ type }) => type !== "actions",
    );
    if (blocks.length > 0)
      await failFast.chat.update({ channel, ts, text: truncate(message?.text ?? "", longestFallback), blocks });
  } catch (error) {
    context.log.debug({ error: toPlatformError(error).message }, "a used button could not be removed");
  }
}

const rootIn = (thread: ThreadId): string => thread.slice(thread.lastIndexOf(":") + 1);
