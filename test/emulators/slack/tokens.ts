import type { Method } from "./calls.ts";
import { refuse } from "./refusals.ts";
import type { Team, Token, World } from "./world.ts";

/** Whom a token stands for. Throws what Slack says to one that is missing, unknown, dead or of the wrong kind. */
export function authenticate(world: World, method: Method, given: string | undefined): Team {
  if (given === undefined || given === "") return refuse("not_authed");
  const token = world.tokens.get(given);
  if (token === undefined) {
    world.problems.push(`a call with an unknown token: ${given.slice(0, 9)}…`);
    return refuse("invalid_auth");
  }
  if (!isLive(world, token)) return refuse(token.dead ?? "token_expired");
  if (token.kind !== (method.token ?? "bot")) return refuse("not_allowed_token_type");
  return world.teams.get(token.teamId) ?? refuse("invalid_auth");
}

/** Whether a token of the bot's works now; files look at nothing else. */
export function isLive(world: World, { dead, expiresAt }: Token): boolean {
  return dead === undefined && (expiresAt === undefined || world.now() < expiresAt);
}

/** Ends the tokens of one workspace; from now on they answer with the error. */
export function endTokens(world: World, teamId: string, error: string): void {
  for (const token of world.tokens.values()) {
    if (token.kind === "bot" && token.teamId === teamId) token.dead = error;
  }
}
