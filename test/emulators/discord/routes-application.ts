import type { Json } from "./records.ts";
import { refusals } from "./refusals.ts";
import { type Call, fields, objects, type Route } from "./routing.ts";
import { toWireChannel, toWireMember, toWireUser } from "./wire.ts";
import { guildFields } from "./wire-guild.ts";
import { applicationFlags } from "./wire-ready.ts";
import { directChannel, type World } from "./world.ts";

/** What stands outside the channels: the bot itself, its commands, the guild, and opening direct messages. */
export const applicationRoutes: readonly Route[] = [
  { method: "GET", path: "/gateway/bot", rate: [2, 5000], answer: answerGateway },
  { method: "GET", path: "/users/@me", rate: [10, 10_000], answer: ({ world }) => answerUser(world, world.botId) },
  {
    method: "GET",
    path: "/users/:user",
    rate: [30, 30_000],
    answer: ({ world, params }) => answerUser(world, params["user"]),
  },
  { method: "GET", path: "/applications/@me", rate: [10, 10_000], answer: answerApplication },
  { method: "GET", path: "/oauth2/applications/@me", rate: [10, 10_000], answer: answerApplication },
  {
    method: "GET",
    path: "/applications/:application/commands",
    rate: [10, 10_000],
    answer: ({ world }) => ok(world.commands),
  },
  { method: "PUT", path: "/applications/:application/commands", rate: [2, 20_000], answer: setCommands },
  { method: "GET", path: "/guilds/:guild", rate: [10, 10_000], answer: ({ world }) => ok(guildFields(world)) },
  { method: "GET", path: "/guilds/:guild/members/:user", rate: [10, 10_000], answer: answerMember },
  { method: "POST", path: "/users/@me/channels", rate: [10, 10_000], answer: openDirect },
];

function answerGateway({ world }: Call) {
  const session_start_limit = { total: 1000, remaining: 1000, reset_after: 14_400_000, max_concurrency: 1 };
  return ok({ url: world.origin.replace("http", "ws"), shards: 1, session_start_limit });
}

function answerUser(world: World, id: string | undefined) {
  const user = world.users.get(id ?? "");
  if (user === undefined) throw refusals.unknownUser();
  return ok(toWireUser(user));
}

function answerMember({ world, params }: Call) {
  const user = world.users.get(params["user"] ?? "");
  if (params["guild"] !== world.guild.id) throw refusals.unknownGuild();
  if (user === undefined || user.webhook) throw refusals.unknownMember();
  return ok({ ...toWireMember(user), user: toWireUser(user) });
}

function answerApplication({ world }: Call) {
  return ok({
    id: world.applicationId,
    name: "Parley",
    icon: null,
    description: "",
    summary: "",
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: "0".repeat(64),
    flags: applicationFlags(world),
  });
}

/** Overwrites all global commands; a command keeps its id for as long as its name and type stay. */
function setCommands({ world, body, params }: Call) {
  if (params["application"] !== world.applicationId) throw refusals.missingAccess();
  const commands = objects(body).map((command) => toCommand(world, command));
  world.commands.splice(0, world.commands.length, ...commands);
  return ok(commands);
}

function toCommand(world: World, command: Json): Json {
  const type = command["type"] ?? 1;
  const known = world.commands.find((old) => old["name"] === command["name"] && old["type"] === type);
  return {
    description: "",
    default_member_permissions: null,
    contexts: null,
    integration_types: [0],
    nsfw: false,
    ...command,
    type,
    id: known?.["id"] ?? world.snowflake(),
    application_id: world.applicationId,
    version: world.snowflake(),
  };
}

function openDirect({ world, body }: Call) {
  const userId = String(fields(body)["recipient_id"]);
  if (!world.users.has(userId)) throw refusals.invalidForm("recipient_id", "Invalid Recipient(s)");
  return ok(toWireChannel(world, directChannel(world, userId)));
}

function ok(body: unknown) {
  return { status: 200, body };
}
