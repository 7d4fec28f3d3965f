import { createHmac } from "node:crypto";
import type { Server } from "node:http";
import { HTTPReceiver } from "@slack/bolt";
import { type AdapterContext, createQueues, StartError } from "../../src/port/index.ts";
import { type Authorize, type Connecting, type Connection, type Delivery, openApp } from "./connecting.ts";
import { createInstallations } from "./installations.ts";
import { botScopes, paths } from "./manifest.ts";
import { type Authorization, quietLogger } from "./workspaces.ts";

/** Listens for Slack's requests. Rejects with a `StartError` where it cannot. */
export async function openServer(
  { signingSecret, host, port }: Extract<Delivery, { kind: "http" }>,
  authorize: Authorize,
  parts: Connecting,
): Promise<Connection> {
  const { context, access } = parts;
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: [paths.events],
    logger: { ...quietLogger(context.log), warn: createSignatureWarning(context) },
    ...installing(parts),
  });
  const { installer } = receiver;
  if (installer !== undefined) installer.authorize = inTurn(installer.authorize.bind(installer), context);
  const app = openApp(receiver, authorize, parts);
  const server = (await app.start({ host, port }).catch((error: unknown) => {
    throw new StartError(portProblem(error, host, port));
  })) as Server;
  const address = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  context.log.info(
    { address: address + paths.events },
    "Slack is heard by HTTP; its requests have to be led to this address",
  );
  if (access.kind === "oauth")
    context.log.info({ address: address + paths.install }, "workspaces install the app here");
  return {
    app,
    authorizationOf: async (team) => (installer === undefined ? undefined : authorizationOf(team, installer)),
    async stop() {
      const closed = app.stop();
      server.closeAllConnections(); // they would be kept alive
      await closed;
    },
  };
}

/** What the app was installed with, if it still is. */
async function authorizationOf(
  team: string,
  installer: NonNullable<HTTPReceiver["installer"]>,
): Promise<Authorization | undefined> {
  const query = { teamId: team, enterpriseId: undefined, isEnterpriseInstall: false };
  const { botToken: token, botUserId, botId } = await installer.authorize(query).catch(() => noAuthorization);
  return token === undefined || botUserId === undefined ? undefined : { team, token, botUserId, botId };
}

const noAuthorization = { botToken: undefined, botUserId: undefined, botId: undefined };

function portProblem(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return code === "EADDRINUSE"
    ? `PORT: ${port} is taken by another program on ${host}. Set another one.`
    : `PORT: the bot cannot listen on ${host}:${port} (${code}). Set PORT or HOST to what it may use.`;
}

/** Only a request tells that the signing secret is wrong. Anybody can send one that is not Slack's, so it is said once. */
function createSignatureWarning({ log }: AdapterContext): (...words: readonly unknown[]) => void {
  let told = false;
  return (words) => {
    if (told || !/^Failed to parse and verify/.test(String(words))) return;
    told = true;
    log.warn(
      { error: String(words) },
      "a request was refused because its signature is not Slack's. If nothing from Slack arrives, SLACK_SIGNING_SECRET is wrong: copy it again from https://api.slack.com/apps (your app, Basic Information, App Credentials)",
    );
  };
}

type Find = NonNullable<HTTPReceiver["installer"]>["authorize"];

/**
 * Finds a workspace's token, renewed where it is near its end. Events of one workspace ask one after another: a mention comes twice
 * at once, and a token can be renewed only once.
 */
function inTurn(find: Find, { clock }: AdapterContext): Find {
  const queues = createQueues();
  return (query) =>
    queues.after(query.enterpriseId ?? query.teamId ?? "", async () => {
      const found = await find(query);
      const { botTokenExpiresAt: expiresAt } = found;
      if (expiresAt !== undefined && expiresAt * 1_000 <= clock.now()) {
        throw new Error(
          `the token of the workspace ${query.teamId} ran out and was not renewed: install the app again`,
        );
      }
      return found;
    });
}

/** What Bolt needs to have the app installed by others; nothing where it speaks by one token. */
function installing({ access, apiUrl, context }: Connecting) {
  if (access.kind === "token") return {};
  const { clientId, clientSecret } = access;
  const logger = quietLogger(context.log);
  const impatience = { timeout: 10_000, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  return {
    clientId,
    clientSecret,
    // Signs what comes back from the install page. It has to outlive a restart, not more.
    stateSecret: createHmac("sha256", clientSecret).update("parley install state").digest("hex"),
    scopes: botScopes.map(({ scope }) => scope),
    installationStore: createInstallations(context.notes),
    installerOptions: {
      directInstall: true,
      authorizationUrl: new URL("/oauth/v2/authorize", apiUrl).href,
      clientOptions: { slackApiUrl: apiUrl, logger, ...impatience },
    },
  };
}
