import { type EventId, sentences } from "../../../src/port/index.ts";
import { toPlatformError } from "../workspace/errors.ts";
import { messageContextOf } from "../workspace/message-context.ts";
import type { Workspace } from "../workspace/workspaces.ts";
import { placeAt, toCommand } from "./interaction-events.ts";
import { createInteractionSurface, orWhispering, type Respond } from "./interaction-surface.ts";
import type { ListenerContext } from "./listener-context.ts";
import { type Origin, type Submitted, toModal } from "./persona-modal.ts";

/** A form can be opened for three seconds only, so nothing is asked before. */
export async function openModal(
  trigger: string,
  origin: Origin,
  respond: Respond,
  { failFast, team }: Workspace,
  { context, seal }: ListenerContext,
): Promise<void> {
  try {
    await failFast.views.open({ trigger_id: trigger, view: toModal(origin, context.complete(""), seal) });
  } catch (error) {
    context.log.warn({ team, error: toPlatformError(error).message }, "a form could not be opened");
    const text = sentences.slack.form.notOpened;
    await respond({ response_type: "ephemeral", replace_original: false, text, blocks: [{ type: "markdown", text }] });
  }
}

/** Sets the persona that the form holds, and tells it where the form was opened. */
export async function onModal(
  id: EventId,
  { origin: { channel, root, respondUrl }, options }: Extract<Submitted, { kind: "set" }>,
  { user, workspace }: { readonly user: string; readonly workspace: Workspace },
  listening: ListenerContext,
): Promise<void> {
  const setting = await messageContextOf(workspace, { channel, user });
  const place = placeAt(channel, root ?? "", setting);
  const way = createInteractionSurface({ workspace, place, channel, user, respond: listening.respondAt(respondUrl) });
  const { respondPrivately } = way;
  const surface =
    root === undefined
      ? way
      : orWhispering(
          listening.surfaceAt({
            workspace,
            place,
            channel,
            root,
            question: root,
            person: setting.person,
            respondPrivately: respondPrivately,
          }),
        );
  await listening.receive(toCommand(id, place, setting, "persona set", options), surface);
}
