import { DiscordAPIError, HTTPError } from "discord.js";
import { PlatformError, type PlatformErrorCode } from "../../src/port/index.ts";

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
const codes: ReadonlyMap<number, PlatformErrorCode> = new Map<number, PlatformErrorCode>([
  [10003, "gone"], // unknown channel
  [10004, "gone"], // unknown server
  [10008, "gone"], // unknown message
  [10015, "gone"], // unknown webhook: the interaction's token is over
  [10062, "gone"], // unknown interaction
  [50027, "gone"], // invalid webhook token: fifteen minutes are over
  [50001, "forbidden"], // the channel is not visible
  [50005, "forbidden"], // another author's message
  [50007, "forbidden"], // the person takes no direct messages
  [50013, "forbidden"], // a permission is missing
  [50083, "closed"], // the thread is archived
  [160002, "forbidden"], // a reply needs the right to read the message history
  [160005, "closed"], // the thread is locked
  [30046, "frozen"], // too many edits of a message older than an hour
  [200000, "blocked"], // AutoMod
  [200001, "blocked"], // AutoMod, title
  [240000, "blocked"], // harmful link
  [20016, "rate-limited"], // slow mode
  [20028, "rate-limited"], // the channel's write limit
  [40062, "rate-limited"], // the resource's limit
]);

/** What discord.js threw, as the core knows it. */
export function toPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  if (error instanceof DiscordAPIError) {
    const code = codes.get(Number(error.code)) ?? byStatus(error.status);
    // The SDK's error holds the request with what people wrote, so only its summary goes on.
    return new PlatformError(code, `${error.method} answered ${error.status}: ${error.message} (${error.code})`);
  }
  if (error instanceof HTTPError)
    return new PlatformError(byStatus(error.status), `${error.method} answered ${error.status}`);
  if (isConnectionFailure(error)) return new PlatformError("unavailable", `no answer from Discord: ${error.message}`);
  return new PlatformError("invalid", error instanceof Error ? error.message : String(error), { cause: error });
}

/** The numeric code of a Discord error, or undefined for anything else. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof DiscordAPIError ? Number(error.code) : undefined;
}

/** Runs a call of the SDK; whatever it throws leaves as a `PlatformError`. */
export async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toPlatformError(error);
  }
}

function byStatus(status: number): PlatformErrorCode {
  if (status >= 500) return "unavailable";
  if (status === 429) return "rate-limited";
  if (status === 401 || status === 403) return "forbidden";
  return status === 404 ? "gone" : "invalid";
}

/** Time-outs, refused and dropped connections: undici's errors, all with a name or a code of their own. */
export function isConnectionFailure(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (error.name === "AbortError" || error.name === "TimeoutError") return true;
  const code = "code" in error ? String(error.code) : "";
  return (
    /^(UND_ERR_|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)/.test(code) ||
    isConnectionFailure(error.cause)
  );
}
