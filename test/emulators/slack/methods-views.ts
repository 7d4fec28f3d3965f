import type { Call, Methods } from "./calls.ts";
import { checkBlocks } from "./limits.ts";
import type { Json, Live, ViewRecord } from "./records.ts";
import { breach, insist, refuse } from "./refusals.ts";
import { fields, list, text } from "./values.ts";
import type { World } from "./world.ts";

export const viewMethods: Methods = {
  "views.open": { answer: open },
  "views.update": { answer: update },
  "views.publish": { answer: publishHome },
};

/** How long a trigger can be exchanged for a view. */
const triggerLifeMs = 3000;
const maxViewLength = 250_000;

function open(call: Call): Json {
  const { world, args, team } = call;
  const triggerId = text(args["trigger_id"]);
  const trigger = world.triggers.get(triggerId);
  if (trigger === undefined || trigger.teamId !== team.id) return refuse("invalid_trigger_id");
  insist(!trigger.used, "exchanged_trigger_id");
  insist(world.now() - trigger.at <= triggerLifeMs, "expired_trigger_id");
  const view = readView(args["view"], "modal");
  trigger.used = true;
  return { view: toWireView(world, addView(world, { view, triggerId, user: trigger.userId, teamId: team.id })) };
}

function update({ world, args }: Call): Json {
  const record = world.views.find(
    ({ id, view }) => id === args["view_id"] || (view["external_id"] ?? id) === args["external_id"],
  );
  if (record?.open !== true) return refuse("not_found");
  insist(args["hash"] === undefined || args["hash"] === record.hash, "hash_conflict");
  replaceView(world, record, readView(args["view"], text(record.view["type"])));
  return { view: toWireView(world, record) };
}

function publishHome({ world, args, team }: Call): Json {
  const user = text(args["user_id"]);
  insist(world.users.has(user), "user_not_found");
  const view = readView(args["view"], "home");
  const known = world.views.find((record) => record.view["type"] === "home" && record.user === user);
  if (known !== undefined) replaceView(world, known, view);
  const record = known ?? addView(world, { view, triggerId: "", user, teamId: team.id });
  return { view: toWireView(world, record) };
}

export function replaceView(world: World, record: Live<ViewRecord>, view: Json): void {
  record.view = view;
  record.hash = world.ts();
  record.errors = {};
  world.changes.send();
}

export function addView(
  world: World,
  wanted: Pick<ViewRecord, "view" | "triggerId" | "user" | "teamId">,
): Live<ViewRecord> {
  const record = { id: world.id("V"), ...wanted, hash: world.ts(), open: true, errors: {} };
  world.views.push(record);
  world.changes.send();
  return record;
}

/** A view as Slack takes it. Throws on one it would refuse. */
export function readView(value: unknown, type: string): Json {
  const view = fields(value);
  if (JSON.stringify(view).length > maxViewLength) breach("view_too_large", "a view over 250 kB");
  if (view["type"] !== type) breach("invalid_arguments", `the view's type is ${String(view["type"])}, not ${type}`);
  const title = text(fields(view["title"])["text"]);
  if (type === "modal" && (title === "" || title.length > 24))
    breach("invalid_arguments", "a modal's title has 1 to 24 characters");
  const blocks = list(view["blocks"]);
  if (blocks.length > 100) breach("invalid_arguments", "more than 100 blocks");
  for (let from = 0; from < blocks.length; from += 50) checkBlocks(blocks.slice(from, from + 50));
  if (blocks.some((block) => block["type"] === "input") && view["submit"] === undefined && type === "modal")
    breach("invalid_arguments", "a modal with inputs needs a submit button");
  if (text(view["private_metadata"]).length > 3000)
    breach("invalid_arguments", "private_metadata over 3000 characters");
  return view;
}

export function toWireView(world: World, { id, view, teamId, hash }: ViewRecord): Json {
  const team = world.teams.get(teamId);
  const place = { team_id: teamId, app_id: world.appId, app_installed_team_id: teamId, bot_id: team?.botId };
  const defaults = { private_metadata: "", callback_id: "", external_id: "", state: { values: {} }, root_view_id: id };
  return { ...defaults, ...view, id, ...place, hash, previous_view_id: null };
}
