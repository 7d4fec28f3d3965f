import { deliverInteraction, startInteraction } from "./interactions.ts";
import { addView, readView, replaceView, toWireView } from "./methods-views.ts";
import { toContext } from "./payloads.ts";
import { elementsOf } from "./reading.ts";
import type { InteractionRecord, Json, Live, UserRecord, ViewRecord } from "./records.ts";
import { keyOf, type Ref, userAt } from "./refs.ts";
import { fields, list, text } from "./values.ts";
import type { World } from "./world.ts";

export type Submitted = {
  readonly view: Ref;
  readonly by?: Ref;
  /** In place of what Slack keeps for the form. */
  readonly metadata?: string;
  /** By block and action. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** Submits a modal that is open, and follows what the acknowledgement says: errors, another view, or the end. */
export function submitView(world: World, someone: UserRecord, use: Submitted): InteractionRecord {
  const view = world.views.find((known) => known.id === keyOf(use.view));
  if (view?.open !== true) throw new Error(`no open view ${keyOf(use.view)}`);
  const user = userAt(world, use.by ?? view.user ?? someone);
  const name = text(view.view["callback_id"]);
  const record = startInteraction(world, { kind: "submit", name, userId: user.id, teamId: view.teamId });
  const payload = {
    type: "view_submission",
    ...toContext(world, user, view.teamId),
    trigger_id: record.triggerId,
    view: {
      ...toWireView(world, view),
      ...(use.metadata === undefined ? {} : { private_metadata: use.metadata }),
      state: { values: toValues(view, use.values) },
    },
    response_urls: [],
  };
  const answered = (response: Json) => follow(world, { view, triggerId: record.triggerId }, response);
  deliverInteraction(world, record, { kind: "interactive", type: "view_submission", payload, answered });
  return record;
}

function follow(
  world: World,
  { view, triggerId }: { readonly view: Live<ViewRecord>; readonly triggerId: string },
  response: Json,
): void {
  switch (response["response_action"]) {
    case "errors":
      checkErrors(world, view, fields(response["errors"]));
      view.errors = fields(response["errors"]);
      return;
    case "update":
      replaceView(world, view, readView(response["view"], "modal"));
      return;
    case "push": {
      const { user, teamId } = view;
      addView(world, { view: readView(response["view"], "modal"), triggerId, user, teamId });
      return;
    }
    default:
      view.open = false;
  }
}

/** Slack shows an error only below an input block; any other makes the whole submission fail. */
function checkErrors(world: World, { view }: ViewRecord, errors: Json): void {
  const inputs = list(view["blocks"]).filter((block) => block["type"] === "input");
  for (const id of Object.keys(errors)) {
    if (!inputs.some((block) => block["block_id"] === id)) world.problems.push(`an error for ${id}, which is no input`);
  }
}

/** What the fields hold, as Slack shapes each kind. Throws on a field the modal does not have. */
function toValues({ view }: ViewRecord, given: Submitted["values"]): Json {
  const known = elementsOf(list(view["blocks"])).map(({ block, element }) => ({
    blockId: text(block["block_id"]),
    actionId: text(element["action_id"]),
    element,
  }));
  for (const [blockId, actions] of Object.entries(given)) {
    for (const actionId of Object.keys(actions)) {
      if (!known.some((field) => field.blockId === blockId && field.actionId === actionId))
        throw new Error(`the view has no field ${blockId}/${actionId}`);
    }
  }
  const values: Record<string, Record<string, Json>> = {};
  for (const { blockId, actionId, element } of known) {
    const value = given[blockId]?.[actionId];
    values[blockId] = { ...values[blockId], [actionId]: toValue(element, value) };
  }
  return values;
}

function toValue(element: Json, value: string | undefined): Json {
  const { type } = element as { readonly type?: unknown };
  if (type === "plain_text_input") return { type, value: value ?? element["initial_value"] ?? null };
  const options = [
    ...list(element["options"]),
    ...list(element["option_groups"]).flatMap((group) => list(group["options"])),
  ];
  const option = options.find((known) => known["value"] === value) ?? null;
  if (value !== undefined && option === null && options.length > 0) throw new Error(`no option ${value}`);
  if (type === "checkboxes") return { type, selected_options: option === null ? [] : [option] };
  return { type, selected_option: option ?? element["initial_option"] ?? null };
}
