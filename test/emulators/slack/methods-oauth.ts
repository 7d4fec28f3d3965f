import type { Call, Methods } from "./calls.ts";
import type { Json } from "./records.ts";
import { insist, refuse } from "./refusals.ts";
import { text } from "./values.ts";
import type { Team, World } from "./world.ts";

export const oauthMethods: Methods = { "oauth.v2.access": { token: "none", answer: exchange } };

/** A code for the app's redirect address, good once. */
export function createCode(world: World, teamId: string): string {
  const code = `${world.id("").slice(1)}.${world.secret()}`;
  world.codes.set(code, teamId);
  return code;
}

/** Installs the app by code, or gives a new token for one to refresh. */
function exchange({ world, args }: Call): Json {
  insist(args["client_id"] === world.clientId, "invalid_client_id");
  insist(args["client_secret"] === world.clientSecret, "bad_client_secret");
  if (args["grant_type"] === "refresh_token") {
    const team = take(world, world.refreshTokens, text(args["refresh_token"]));
    return grant(world, team ?? refuse("invalid_refresh_token"));
  }
  const team = take(world, world.codes, text(args["code"])) ?? refuse("invalid_code");
  team.installed = true;
  return { ...grant(world, team), authed_user: { id: installer(world, team) } };
}

/** Codes and refresh tokens are used up by being looked at. */
function take(world: World, known: Map<string, string>, key: string): Team | undefined {
  const team = world.teams.get(known.get(key) ?? "");
  known.delete(key);
  return team;
}

function grant(world: World, team: Team): Json {
  const { id, name, botUserId } = team;
  return {
    app_id: world.appId,
    token_type: "bot",
    scope: world.settings.scopes.join(","),
    bot_user_id: botUserId,
    team: { id, name },
    enterprise: null,
    is_enterprise_install: false,
    ...createToken(world, team),
  };
}

function createToken(world: World, team: Team): Json {
  const { rotateTokens, tokenLifeSeconds } = world.settings;
  if (!rotateTokens) {
    world.tokens.set(team.botToken, { kind: "bot", teamId: team.id });
    return { access_token: team.botToken };
  }
  const access_token = `xoxe.xoxb-1-${world.secret()}`;
  const refresh_token = `xoxe-1-${world.secret()}`;
  world.tokens.set(access_token, {
    kind: "bot",
    teamId: team.id,
    expiresAt: world.now() + tokenLifeSeconds * 1000,
  });
  world.refreshTokens.set(refresh_token, team.id);
  return { access_token, refresh_token, expires_in: tokenLifeSeconds };
}

function installer(world: World, team: Team): string | undefined {
  return [...world.users.values()].find((user) => user.teamId === team.id && !user.bot)?.id;
}
