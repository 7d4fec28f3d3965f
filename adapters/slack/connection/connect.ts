import type { webApi } from "@slack/bolt";
import { type AdapterContext, StartError, sentences } from "../../../src/port/index.ts";
import { botScopes } from "../app/manifest.ts";
import { type Authorization, createClients } from "../workspace/workspaces.ts";
import { type Connecting, type Connection, retryUntilOpen } from "./bolt-app.ts";
import { openServer } from "./server.ts";
import { openSocket } from "./socket.ts";
import { firstStartErrorOf } from "./start-errors.ts";

const said = sentences.slack;

/**
 * Checks the token and begins to hear. While there is no network it waits and says so. Rejects with a `StartError` where only a
 * person can help, and resolves to undefined when the signal ends the waiting.
 */
export async function connect(parts: Connecting): Promise<Connection | undefined> {
  const { access, delivery, signal } = parts;
  const own = access.kind === "token" ? await retryUntilOpen(() => whoAmI(access.token, parts), parts) : undefined;
  if (signal.aborted) return undefined;
  const authorize = own === undefined ? undefined : async () => authorized(own);
  const opened = await (delivery.kind === "socket"
    ? openSocket(delivery, authorize, parts)
    : openServer(delivery, authorize, parts));
  if (opened === undefined || own === undefined) return opened;
  return { ...opened, authorizationOf: async (team) => (team === own.team ? own : undefined) };
}

/** `auth.test` tells whose token it is, and in a header what it may do. */
async function whoAmI(token: string, { apiUrl, context, delivery }: Connecting): Promise<Authorization> {
  const { failFast } = createClients(token, { apiUrl, log: context.log });
  const answer = await failFast.auth.test().catch((error: unknown) => {
    throw firstStartErrorOf(error, "SLACK_BOT_TOKEN") ?? error;
  });
  const { team_id: team, user_id: botUserId, bot_id: botId, team: name, user } = answer;
  if (team === undefined || botUserId === undefined) throw new StartError(said.notSlack);
  checkScopes(answer.response_metadata?.scopes ?? [], context);
  if (delivery.kind === "socket" && botId !== undefined) await checkApp(failFast, botId, delivery.appToken);
  context.log.info({ user, workspace: name }, "the bot is in Slack");
  return { team, token, botUserId, botId };
}

/** An app-level token tells its app. With that of another app the bot would be connected and hear nothing. */
async function checkApp(client: webApi.WebClient, botId: string, appToken: string): Promise<void> {
  const [, hearing] = /^xapp-\d+-(A[A-Z0-9]+)-/.exec(appToken) ?? [];
  if (hearing === undefined) return;
  const { bot } = await client.bots.info({ bot: botId }).catch(() => ({ bot: undefined })); // the right to ask may be missing
  if (bot?.app_id === undefined || bot.app_id === hearing) return;
  throw new StartError(said.otherApp(hearing, bot.app_id));
}

function checkScopes(granted: readonly string[], { log }: AdapterContext): void {
  if (granted.length === 0) return; // a proxy may keep the header to itself
  const missing = botScopes.filter(({ scope }) => !granted.includes(scope));
  const fatal = missing.filter(({ needed }) => needed);
  if (fatal.length > 0) throw new StartError(`SLACK_BOT_TOKEN: ${missingScopes(fatal)}`);
  if (missing.length > 0) log.warn({}, missingScopes(missing));
}

const missingScopes = (missing: typeof botScopes): string =>
  said.missingScopes(missing.map(({ scope }) => `${scope} (${said.without[scope]})`).join(", "));

const authorized = ({ token, team, botUserId, botId }: Authorization) => ({
  botToken: token,
  teamId: team,
  botUserId,
  ...(botId === undefined ? {} : { botId }),
});
