// Events come over a socket that the bot opens, or as requests that Slack makes to it.
// A request is believed only with Slack's signature, which is checked before its body is read.
// A connection that breaks is opened again for as long as that can help, and the bot ends with a sentence where only an admin can.

import { App, type AppOptions, type HTTPReceiver, SocketModeReceiver } from "@slack/bolt";
import { type AdapterContext, StartError } from "../../../src/port/index.ts";
import { isNotInstalled } from "../install/installations.ts";
import { toPlatformError } from "../workspace/errors.ts";
import { type Authorization, quietLogger } from "../workspace/workspaces.ts";

/** How the bot speaks: in one workspace by its token, or in every workspace that installs it. */
export type Access =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "oauth"; readonly clientId: string; readonly clientSecret: string };

/** How the bot hears: by a socket that it opens, or by requests that Slack makes. */
export type Delivery =
  | { readonly kind: "socket"; readonly appToken: string }
  | { readonly kind: "http"; readonly signingSecret: string; readonly host: string; readonly port: number };

export type Connecting = {
  /** Ends with a slash. */
  readonly apiUrl: string;
  readonly access: Access;
  readonly delivery: Delivery;
  readonly context: AdapterContext;
  readonly signal: AbortSignal;
  readonly listen: (app: App) => void;
  /** An event came from a workspace without an installation. */
  readonly unanswerable: (body: unknown) => Promise<void>;
};

export type Connection = {
  /** By what the bot speaks in that workspace; undefined where it does no more. */
  authorizationOf(team: string): Promise<Authorization | undefined>;
  stop(): Promise<void>;
};

/** How Bolt learns by which token to speak; undefined where each workspace brings its own. */
export type Authorize = NonNullable<AppOptions["authorize"]> | undefined;

/** Seconds between tries while Slack cannot be reached; the last one repeats. */
const pauses = [1, 2, 5, 10, 30];

export const pauseAfter = (failures: number): number => pauses[Math.min(failures, pauses.length) - 1] ?? 0;

/** Tries until it works or fails in a way that no waiting mends. Undefined as soon as the signal ends it. */
export async function retryUntilOpen<T>(
  attempt: () => Promise<T>,
  { apiUrl, context, signal }: Connecting,
): Promise<T | undefined> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      return await unless(signal, attempt());
    } catch (error) {
      if (error instanceof StartError) throw error;
      const { message, retryAfterMs = 0 } = toPlatformError(error);
      const seconds = Math.max(pauseAfter(failures), retryAfterMs / 1_000);
      const fields = { error: message, host: new URL(apiUrl).host };
      context.log.warn(fields, `Slack cannot be reached; trying again in ${seconds} s`);
      await context.clock.wait(seconds * 1_000, signal);
    }
  }
  return undefined;
}

/** The work's outcome, or undefined once the signal is aborted; the work is then nobody's any more. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stopped = () => resolve(undefined);
  signal.addEventListener("abort", stopped);
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", stopped));
}

/** Bolt's app, with every listener. */
export function openApp(
  receiver: HTTPReceiver | SocketModeReceiver,
  authorize: Authorize,
  { apiUrl, context, listen, unanswerable }: Connecting,
): App {
  const app = new App({
    receiver,
    ...(authorize === undefined ? {} : { authorize }),
    logger: quietLogger(context.log),
    clientOptions: { slackApiUrl: apiUrl },
    socketMode: receiver instanceof SocketModeReceiver,
    convoStore: false,
    ignoreSelf: false, // told apart by inbound.ts, which knows more
    tokenVerificationEnabled: false,
    extendedErrorHandler: true,
  });
  app.error(async ({ error, body }: { readonly error: unknown; readonly body: unknown }) => {
    context.log.warn({ error: toPlatformError(error).message }, "an event from Slack was lost");
    if (isNotInstalled(error)) await unanswerable(body);
  });
  listen(app);
  return app;
}
