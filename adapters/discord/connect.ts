import { type Client, Events, GatewayCloseCodes } from "discord.js";
import { type AdapterContext, StartError, sentences } from "../../src/port/index.ts";
import { toPlatformError } from "./errors.ts";

const said = sentences.discord;

export type Connecting = {
  /** A new client that listens; a client whose login failed cannot be used again. */
  readonly open: (messageContent: boolean) => Client;
  readonly token: string;
  readonly apiUrl: string;
  readonly context: AdapterContext;
  readonly signal: AbortSignal;
};

/** Seconds between tries while Discord cannot be reached; the last one repeats. */
const pauses = [1, 2, 5, 10, 30, 60];

/**
 * Logs in. Without the right to read message content it does without; while there is no network it waits and says so. Rejects
 * with a `StartError` where only a person can help, and resolves to undefined when the signal ends the waiting.
 */
export async function connect(parts: Connecting): Promise<Client<true> | undefined> {
  let messageContent = true;
  for (let failures = 0; !parts.signal.aborted; ) {
    const client = parts.open(messageContent);
    const outcome = await login(client, parts);
    if (outcome.kind === "ready") return outcome.client;
    await client.destroy();
    if (outcome.kind === "no-message-content") {
      if (!messageContent) throw new StartError(closedForGood(GatewayCloseCodes.DisallowedIntents));
      messageContent = false;
      continue;
    }
    const seconds = pauses[Math.min(failures++, pauses.length - 1)] ?? 60;
    const { error } = outcome;
    const fields = { error, host: new URL(parts.apiUrl).host }; // the whole address may hold a proxy's password
    parts.context.log.warn(fields, `Discord cannot be reached; trying again in ${seconds} s`);
    await parts.context.clock.wait(seconds * 1_000, parts.signal);
  }
  return undefined;
}

type Outcome =
  | { readonly kind: "ready"; readonly client: Client<true> }
  | { readonly kind: "no-message-content" }
  | { readonly kind: "unreachable"; readonly error: string };

/** One try. `login` alone does not tell: it may resolve before the gateway closes the door, or stay open after. */
async function login(client: Client, parts: Connecting): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  client.once(Events.ClientReady, (ready) => resolve({ kind: "ready", client: ready }));
  client.once(Events.ShardDisconnect, ({ code }) => {
    if (code === GatewayCloseCodes.DisallowedIntents) resolve({ kind: "no-message-content" });
    else reject(new StartError(closedForGood(code)));
  });
  const stopped = () => resolve({ kind: "unreachable", error: "stopped" });
  parts.signal.addEventListener("abort", stopped);
  client.login(parts.token).catch((error: unknown) => {
    const refusal = refusalOf(error, parts.apiUrl);
    if (refusal !== undefined) reject(new StartError(refusal));
    else resolve({ kind: "unreachable", error: toPlatformError(error).message });
  });
  return promise.finally(() => parts.signal.removeEventListener("abort", stopped));
}

/** What only a person can mend; undefined for what may pass. */
function refusalOf(error: unknown, apiUrl: string): string | undefined {
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  if (status === 401 || isTokenInvalid(error)) return said.tokenRefused;
  if (status === 404) return said.notDiscord(new URL(apiUrl).host);
  return undefined;
}

const isTokenInvalid = (error: unknown) => error instanceof Error && "code" in error && error.code === "TokenInvalid";

/** Close codes after which the gateway takes nobody back. https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway */
export function closedForGood(code: number): string {
  switch (code) {
    case GatewayCloseCodes.AuthenticationFailed:
      return said.tokenRefused;
    case GatewayCloseCodes.DisallowedIntents:
      return said.intentRefused;
    default:
      return said.closedForGood(code);
  }
}
