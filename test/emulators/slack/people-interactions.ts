import { deliverInteraction, showAcknowledgement, startInteraction } from "./interactions.ts";
import { shownName, toContext, toPlace } from "./payloads.ts";
import { elementsOf } from "./reading.ts";
import type { InteractionRecord, Json, UserRecord } from "./records.ts";
import { channelAt, ephemeralAt, messageAt, type Ref, userAt } from "./refs.ts";
import { type Submitted, submitView } from "./submissions.ts";
import { text } from "./values.ts";
import { toWireMessage } from "./wire-message.ts";
import type { World } from "./world.ts";

export type Interactions = {
  /** A slash command; Slack has none in threads. */
  command(use: {
    readonly in: Ref;
    readonly by?: Ref;
    readonly text: string;
    readonly name?: string;
  }): InteractionRecord;
  /** An entry of a message's menu. */
  shortcut(use: { readonly on: Ref; readonly by?: Ref; readonly callbackId: string }): InteractionRecord;
  /** Throws where the message shows no such button; `value` tells those with one action id apart. */
  press(use: {
    readonly on: Ref;
    readonly by?: Ref;
    readonly actionId: string;
    readonly value?: string;
    /** A changed client says that it was pressed, with that value; no such button stands there. */
    readonly forged?: true;
  }): InteractionRecord;
  submit(use: Submitted): InteractionRecord;
};

/** What people do with the app's commands, shortcuts, buttons and modals; `someone` acts where nobody is named. */
export function createInteractions(world: World, someone: UserRecord): Interactions {
  return {
    command(use) {
      const channel = channelAt(world, use.in);
      const user = userAt(world, use.by ?? someone);
      const { name = "/parley" } = use;
      const place = { teamId: channel.teamId, channelId: channel.id, userId: user.id };
      const record = startInteraction(world, { kind: "command", name, ...place });
      const payload = {
        token: "unused",
        api_app_id: world.appId,
        team_id: channel.teamId,
        team_domain: world.teams.get(channel.teamId)?.domain,
        channel_id: channel.id,
        channel_name: shownName(channel),
        user_id: user.id,
        user_name: user.name,
        command: name,
        text: use.text,
        response_url: record.responseUrl,
        trigger_id: record.triggerId,
        is_enterprise_install: "false",
      };
      const answered = (response: Json) => showAcknowledgement(world, record, response);
      deliverInteraction(world, record, { kind: "slash_commands", type: "slash_commands", payload, answered });
      return record;
    },
    shortcut(use) {
      const message = messageAt(world, use.on);
      const channel = channelAt(world, message.channelId);
      const user = userAt(world, use.by ?? someone);
      const place = { teamId: channel.teamId, channelId: channel.id, userId: user.id, ...threadOf(message) };
      const record = startInteraction(world, { kind: "shortcut", name: use.callbackId, ...place });
      const payload = {
        type: "message_action",
        callback_id: use.callbackId,
        ...toContext(world, user, channel.teamId),
        ...addresses(record),
        channel: toPlace(channel),
        message_ts: message.ts,
        message: toWireMessage(world, message),
        action_ts: world.ts(),
      };
      deliverInteraction(world, record, { kind: "interactive", type: "message_action", payload });
      return record;
    },
    press(use) {
      const target = findTarget(world, use.on);
      const channel = channelAt(world, target.channelId);
      const user = userAt(world, use.by ?? someone);
      const action = use.forged
        ? { type: "button", action_id: use.actionId, block_id: "controls", value: use.value }
        : findAction(target.blocks, use.actionId, use.value);
      const original = { ...threadOf(target), source: target.ts };
      const place = { teamId: channel.teamId, channelId: channel.id, userId: user.id };
      const record = startInteraction(world, { kind: "press", name: use.actionId, ...place, ...original });
      const payload = {
        type: "block_actions",
        ...toContext(world, user, channel.teamId),
        ...addresses(record),
        channel: toPlace(channel),
        container: {
          type: "message",
          message_ts: target.ts,
          channel_id: channel.id,
          is_ephemeral: target.wire === undefined,
          ...(target.threadTs === undefined ? {} : { thread_ts: target.threadTs }),
        },
        ...(target.wire === undefined ? {} : { message: target.wire }),
        state: { values: {} },
        actions: [{ ...action, action_ts: world.ts() }],
      };
      deliverInteraction(world, record, { kind: "interactive", type: "block_actions", payload });
      return record;
    },
    submit: (use) => submitView(world, someone, use),
  };
}

type Target = {
  readonly ts: string;
  readonly channelId: string;
  readonly threadTs?: string;
  readonly blocks: readonly Json[];
  /** An ephemeral message's payload does not carry it. */
  readonly wire?: Json;
};

function findTarget(world: World, ref: Ref): Target {
  const ephemeral = ephemeralAt(world, ref);
  if (ephemeral !== undefined) return { ...ephemeral, channelId: ephemeral.channel };
  const message = messageAt(world, ref);
  if (message.deleted) throw new Error(`message ${message.ts} is gone`);
  return { ...message, wire: toWireMessage(world, message) };
}

function findAction(blocks: readonly Json[], actionId: string, value: string | undefined): Json {
  for (const { block, element } of elementsOf(blocks)) {
    if (element["action_id"] !== actionId) continue;
    const base = { type: element["type"], action_id: actionId, block_id: text(block["block_id"]) || "b1" };
    const choices =
      element["type"] === "feedback_buttons" ? [element["positive_button"], element["negative_button"]] : [element];
    const chosen = (choices as readonly Json[]).find((choice) => value === undefined || choice["value"] === value);
    if (chosen !== undefined)
      return { ...base, text: chosen["text"], ...(chosen["value"] === undefined ? {} : { value: chosen["value"] }) };
  }
  throw new Error(`the message shows no button ${actionId}${value === undefined ? "" : ` with ${value}`}`);
}

function threadOf({ threadTs }: { readonly threadTs?: string }): { readonly threadTs?: string } {
  return threadTs === undefined ? {} : { threadTs };
}

function addresses({ triggerId, responseUrl }: InteractionRecord): Json {
  return { trigger_id: triggerId, response_url: responseUrl };
}
