// Buttons, slash commands, menu entries and forms come as interactions, which Slack wants acknowledged within three seconds.
// What a client sends with one may be forged, so a button counts only on the message where the bot put it.
// Each is turned into an event of the port, and its answer goes back by the interaction's own way.

import type { App, BlockButtonAction, MessageShortcut } from "@slack/bolt";
import { eventId } from "../../../src/port/index.ts";
import { shortcuts } from "../app/manifest.ts";
import { onButton } from "./buttons.ts";
import type { ListenerContext } from "./listener-context.ts";
import { onShortcut } from "./message-shortcut.ts";
import { onModal } from "./persona-form.ts";
import { fromModal, modalId, toOrigin, type Values } from "./persona-modal.ts";
import { onSlashCommand } from "./slash-command.ts";

/** Slack wants an answer within three seconds, so each of these is acknowledged before the core hears of it. */
export function listenToInteractions(app: App, listening: ListenerContext): void {
  app.command(/.*/, async ({ command, ack, context }) => {
    await ack();
    listening.run(() =>
      onSlashCommand(command, listening.respondAt(command.response_url), listening.workspaceOf(context), listening),
    );
  });
  app.action<BlockButtonAction>(
    { type: "block_actions", action_id: /^(stop|go-on|retry|forget-me|keep-me)$/ },
    async ({ body, ack, context }) => {
      await ack();
      listening.run(() => onButton(body, listening.workspaceOf(context), listening));
    },
  );
  for (const { callbackId } of Object.values(shortcuts)) {
    app.shortcut<MessageShortcut>({ type: "message_action", callback_id: callbackId }, async (shortcut) => {
      await shortcut.ack();
      const respond = listening.respondAt(shortcut.shortcut.response_url);
      listening.run(() => onShortcut(shortcut.shortcut, respond, listening.workspaceOf(shortcut.context), listening));
    });
  }
  app.view({ type: "view_submission", callback_id: modalId }, async ({ body, view, ack, context }) => {
    const origin = toOrigin(listening.seal.open(view.private_metadata), body.user.id);
    const submitted = fromModal(origin, view.state.values as Values);
    if (submitted.kind === "incomplete") return ack({ response_action: "errors", errors: { ...submitted.errors } });
    await ack();
    const id = eventId(`slack:view:${view.id}`);
    listening.run(() =>
      onModal(id, submitted, { user: body.user.id, workspace: listening.workspaceOf(context) }, listening),
    );
  });
}
