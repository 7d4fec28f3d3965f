import { type Call, channelOf, type Methods, messageOf } from "./calls.ts";
import { publish } from "./events.ts";
import type { Json } from "./records.ts";
import { insist, refuse } from "./refusals.ts";
import { text, truth } from "./values.ts";
import { toWireTeam, toWireUser } from "./wire-places.ts";

export const lookupMethods: Methods = {
  "auth.test": { answer: testAuth },
  "auth.revoke": {
    answer({ world, team, token, args }) {
      if (truth(args["test"])) return { revoked: false };
      const known = world.tokens.get(token);
      publish(world, team, tokensRevoked(team.botUserId));
      if (known !== undefined) known.dead = "token_revoked";
      return { revoked: true };
    },
  },
  "apps.connections.open": { token: "app", answer: ({ sockets }) => ({ url: sockets.openTicket() }) },
  "users.info": {
    scopes: ["users:read"],
    answer({ world, args }) {
      const user = world.users.get(text(args["user"]));
      return user === undefined ? refuse("user_not_found") : { user: toWireUser(user) };
    },
  },
  "team.info": {
    scopes: ["team:read"],
    answer({ world, team, args }) {
      const asked = args["team"] === undefined ? team : world.teams.get(text(args["team"]));
      return asked === undefined ? refuse("team_not_found") : { team: toWireTeam(asked) };
    },
  },
  "bots.info": {
    scopes: ["users:read"],
    answer({ world, args }) {
      const user = [...world.users.values()].find((known) => known.botId === args["bot"]);
      if (user === undefined) return refuse("bot_not_found");
      const ours = [...world.teams.values()].some((team) => team.botUserId === user.id);
      const app_id = ours ? world.appId : "A0OTHERAPP";
      return { bot: { id: user.botId, deleted: false, name: user.name, app_id, user_id: user.id, icons: {} } };
    },
  },
  "reactions.add": { scopes: ["reactions:write"], answer: react },
};

export function tokensRevoked(botUserId: string) {
  return { name: "tokens_revoked", event: { type: "tokens_revoked", tokens: { oauth: [], bot: [botUserId] } } };
}

function testAuth({ team }: Call): Json {
  const { id, name, domain, botUserId, botId } = team;
  const url = `https://${domain}.slack.com/`;
  return {
    url,
    team: name,
    user: "parley",
    team_id: id,
    user_id: botUserId,
    bot_id: botId,
    is_enterprise_install: false,
  };
}

function react(call: Call): Json {
  const message = messageOf(call, channelOf(call), call.args["timestamp"]);
  const name = text(call.args["name"]);
  insist(!message.reactions.includes(name), "already_reacted");
  message.reactions = [...message.reactions, name];
  call.world.changes.send();
  return {};
}
