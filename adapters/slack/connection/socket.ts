import { setImmediate as nextTurn } from "node:timers/promises";
import { SocketModeReceiver } from "@slack/bolt";
import type { AdapterLog } from "../../../src/port/index.ts";
import { toPlatformError } from "../workspace/errors.ts";
import { quietLogger } from "../workspace/workspaces.ts";
import {
  type Authorize,
  type Connecting,
  type Connection,
  type Delivery,
  openApp,
  pauseAfter,
  retryUntilOpen,
} from "./bolt-app.ts";
import { firstStartErrorOf, startErrorOf } from "./start-errors.ts";

type SocketClient = SocketModeReceiver["client"];

/** How long Slack may take to greet on a socket. */
const greetingMs = 5_000;
/** Where one socket after another lasts shorter than this, the next ones wait. */
const steadyMs = 10_000;

/** Opens the socket and opens it again whenever it closes: the SDK would wait five seconds, and give up where nobody listens. */
export async function openSocket(
  { appToken }: Extract<Delivery, { kind: "socket" }>,
  authorize: Authorize,
  parts: Connecting,
): Promise<Connection | undefined> {
  const { apiUrl, context, signal } = parts;
  const logger = quietLogger(context.log);
  const patience = { timeout: 10_000, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  const receiver = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    logger,
    installerOptions: { clientOptions: { slackApiUrl: apiUrl, ...patience } },
  });
  openApp(receiver, authorize, parts);
  const { client } = receiver;
  catchOddFrames(client, context.log);
  let opening = true;
  let openedAt = 0;
  let shortLived = 0;

  async function open(toRefusal: typeof startErrorOf): Promise<void> {
    opening = true;
    await retryUntilOpen(() => greeted(client, toRefusal, parts), parts);
    opening = false;
    openedAt = context.clock.now();
  }

  async function reopen(): Promise<void> {
    if (opening || signal.aborted) return;
    opening = true;
    if (context.clock.now() - openedAt > steadyMs) shortLived = 0;
    context.log.info({}, "connecting to Slack again");
    await context.clock.wait(pauseAfter(shortLived++) * 1_000, signal);
    try {
      await open(startErrorOf);
    } catch (error) {
      return context.quit(toPlatformError(error).message);
    }
    if (!signal.aborted)
      context.log.info({}, "Slack is connected again; what it could not deliver meanwhile comes now");
  }

  client.on("disconnected", () => void reopen());
  await open(firstStartErrorOf);
  if (signal.aborted) return undefined;
  context.log.info({}, "Slack is connected by Socket Mode");
  return { authorizationOf: async () => undefined, stop: () => hangUp(client) };
}

type ReadFrame = (...frame: readonly unknown[]) => Promise<void>;

/** The SDK reads each frame in a promise for which nobody waits: one that is not as it expects would end the process. */
export function catchOddFrames(client: SocketClient, log: AdapterLog): void {
  const readers = client.listeners("ws_message") as unknown as readonly ReadFrame[];
  client.removeAllListeners("ws_message");
  client.on("ws_message", (...frame: readonly unknown[]) => {
    for (const read of readers)
      read(...frame).catch((error: unknown) =>
        log.warn({ error: toPlatformError(error).message }, "Slack sent something unreadable"),
      );
  });
}

/** Opens one socket. Rejects where Slack refuses it or does not greet; one that nobody waits for any more is closed. */
async function greeted(
  client: SocketClient,
  toRefusal: typeof startErrorOf,
  { context, signal }: Connecting,
): Promise<void> {
  const over = new AbortController();
  const close = () => void hangUp(client);
  const connecting = async () => {
    if (!signal.aborted) await context.clock.wait(greetingMs, over.signal);
    await nextTurn(); // the socket is made right after it was announced
    if (!over.signal.aborted) close();
  };
  client.once("connecting", connecting);
  signal.addEventListener("abort", close);
  try {
    await client.start();
  } catch (error) {
    throw toRefusal(error, "SLACK_APP_TOKEN") ?? error ?? new Error("the socket closed before Slack greeted");
  } finally {
    over.abort();
    client.off("connecting", connecting); // it may never have come so far, and must not end the next one
    signal.removeEventListener("abort", close);
  }
}

/** Said twice, goodbye waits for no answer, which may never come. */
async function hangUp(client: SocketClient): Promise<void> {
  await Promise.all([client.disconnect(), client.disconnect()]);
}
