import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { HTTPReceiver } from "@slack/bolt";
import { type AdapterContext, createQueues, StartError, sentences } from "../../../src/port/index.ts";
import { paths } from "../app/manifest.ts";
import { type Authorization, quietLogger } from "../workspace/workspaces.ts";
import { type Authorize, type Connecting, type Connection, type Delivery, openApp } from "./bolt-app.ts";
import { installing } from "./installing.ts";
import { guardRequests } from "./request-guard.ts";

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
    logger: quietLogger(context.log),
    ...installing(parts),
  });
  receiver.requestListener = guardRequests(receiver.requestListener, {
    signingSecret,
    clock: context.clock,
    pages: access.kind === "oauth" ? [paths.install, paths.redirect] : [],
    mismatched: createSignatureWarning(context),
  });
  const { installer } = receiver;
  if (installer !== undefined) installer.authorize = inTurn(installer.authorize.bind(installer), context);
  const app = openApp(receiver, authorize, parts);
  const server = (await app.start({ host, port }, patience).catch((error: unknown) => {
    throw new StartError(portProblem(error, host, port));
  })) as Server;
  boundConnections(server);
  const { port: own } = server.address() as AddressInfo; // for port 0 the system has chosen one
  const address = `http://${host.includes(":") ? `[${host}]` : host}:${own}`;
  context.log.info(
    { address: address + paths.events },
    "listening for Slack over HTTP: forward its requests to this address",
  );
  if (access.kind === "oauth")
    context.log.info({ address: address + paths.install }, "workspaces install the app here");
  return {
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
    ? sentences.slack.portTaken(port, host)
    : sentences.slack.cannotListen(`${host}:${port}`, code);
}

/**
 * How long a client may take to say what it wants: Slack itself waits three seconds for the answer. A proxy keeps its connections for
 * about a minute: a request that comes as its connection is closed is lost, and Slack does not repeat the press of a button.
 */
const patience = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 75_000,
};

const mostConnections = 500;

/** Where there are too many, the oldest is closed: whoever only holds one open must not keep Slack out. */
function boundConnections(server: Server): void {
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    const [oldest] = open;
    if (open.size > mostConnections) oldest?.destroy();
  });
}

/** Only a request tells that the signing secret is wrong. Anybody can send one that is not Slack's, so it is said once. */
function createSignatureWarning({ log }: AdapterContext): () => void {
  let told = false;
  return () => {
    if (told) return;
    told = true;
    log.warn({}, sentences.slack.badSignature);
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
