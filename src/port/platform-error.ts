/** Why a platform did not do what a surface asked. Adapters translate their SDK's errors into these by a table. */
export type PlatformErrorCode =
  /** The message, thread or channel no longer exists. */
  | "gone"
  /** The bot may not do this here. */
  | "forbidden"
  /** The bot is not a member of the place; somebody has to invite it. */
  | "absent"
  /** The place is archived or locked. */
  | "closed"
  /** This message can no longer be changed, a new one can be sent. */
  | "frozen"
  /** There is no such thing here; another way of doing it works. */
  | "unsupported"
  /** The message takes no more appended text; what was appended stands, and can be edited. */
  | "ended"
  /** The platform refused the text itself (a moderation rule). */
  | "blocked"
  /** Too much, too fast; `retryAfterMs` says when. */
  | "rate-limited"
  /** The request was wrong: a bug of ours. */
  | "invalid"
  /** The platform did not answer or answered with a fault of its own. Worth trying again. */
  | "unavailable";

export class PlatformError extends Error {
  override readonly name = "PlatformError";
  readonly code: PlatformErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: PlatformErrorCode, message: string, detail: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: detail.cause });
    this.code = code;
    this.retryAfterMs = detail.retryAfterMs;
  }
}
