import { webApi } from "@slack/bolt";
import { PlatformError, type PlatformErrorCode } from "../../../src/port/index.ts";

const { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } = webApi;

/** What Slack answers in `error`. https://docs.slack.dev/reference/methods, each method's list of errors. */
const codes: ReadonlyMap<string, PlatformErrorCode> = new Map(
  Object.entries<PlatformErrorCode>({
    message_not_found: "gone",
    thread_not_found: "gone",
    user_not_found: "gone",
    cannot_reply_to_message: "gone", // the message that the thread hangs on was deleted
    not_in_channel: "absent",
    channel_not_found: "absent", // a private channel in which the bot is not
    is_archived: "closed",
    is_inactive: "closed",
    restricted_action_thread_locked: "closed",
    edit_window_closed: "frozen",
    cant_update_message: "forbidden",
    message_not_owned_by_app: "forbidden",
    missing_scope: "forbidden",
    no_permission: "forbidden",
    accesslimited: "forbidden",
    enterprise_is_restricted: "forbidden",
    two_factor_setup_required: "forbidden",
    restricted_action: "forbidden",
    restricted_action_read_only_channel: "forbidden",
    restricted_action_non_threadable_channel: "forbidden",
    restricted_action_thread_only_channel: "forbidden",
    channel_is_limited_access: "forbidden",
    messages_tab_disabled: "forbidden",
    ekm_access_denied: "forbidden",
    access_denied: "forbidden",
    team_access_not_granted: "forbidden",
    invalid_auth: "forbidden",
    not_authed: "forbidden",
    token_revoked: "forbidden",
    token_expired: "forbidden",
    account_inactive: "forbidden",
    org_login_required: "unavailable",
    slack_connect_file_link_sharing_blocked: "blocked",
    posting_to_channel_denied: "blocked",
    ratelimited: "rate-limited",
    rate_limited: "rate-limited",
    message_limit_exceeded: "rate-limited",
    feature_not_enabled: "unsupported",
    unknown_method: "unsupported",
    method_deprecated: "unsupported",
    deprecated_endpoint: "unsupported",
    method_not_supported_for_channel_type: "unsupported",
    channel_type_not_supported: "unsupported",
    not_allowed_token_type: "unsupported",
    missing_recipient_team_id: "unsupported",
    missing_recipient_user_id: "unsupported",
    message_not_in_streaming_state: "ended",
    stopped_by_user: "ended",
    external_channel_migrating: "unavailable",
    internal_error: "unavailable",
    fatal_error: "unavailable",
    service_unavailable: "unavailable",
    request_timeout: "unavailable",
    team_added_to_org: "unavailable",
    messaging_processing_failed: "unavailable",
    update_failed: "unavailable",
  }),
);

/** What the SDK threw, as the core knows it. Its errors hold whole requests, so only a summary goes on. */
export function toPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  const code = codeOf(error);
  if (code !== undefined) return new PlatformError(codes.get(code) ?? "invalid", `Slack answered ${code}`);
  if (error instanceof WebAPIRateLimitedError) {
    return new PlatformError("rate-limited", "Slack's rate limit", { retryAfterMs: error.retryAfter * 1_000 });
  }
  if (error instanceof WebAPIHTTPError) {
    return new PlatformError(error.statusCode >= 500 ? "unavailable" : "invalid", `Slack answered ${error.statusCode}`);
  }
  if (error instanceof WebAPIRequestError) {
    return new PlatformError("unavailable", `no answer from Slack: ${reasonOf(error.original)}`);
  }
  if (error instanceof WebAPIPlatformError) return new PlatformError("unavailable", "an answer that is not Slack's");
  return new PlatformError("invalid", error instanceof Error ? error.message : String(error), { cause: error });
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf({ message, cause }: Error): string {
  if (!(cause instanceof Error)) return message;
  return "code" in cause ? String(cause.code) : `${message}: ${cause.message}`;
}

/** The word that Slack gave as the error, or undefined for anything else: where a proxy shows a page, the SDK takes that for it. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof WebAPIPlatformError ? error.data.error : undefined;
  return typeof code === "string" && /^\w{1,80}$/.test(code) ? code : undefined;
}

/** Slack cannot draw what the message holds; its bare words it would take. */
export function isUndrawable(error: unknown): boolean {
  return [
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_attachments",
    "msg_blocks_too_long",
    "msg_too_long",
  ].includes(codeOf(error) ?? "");
}

/** Runs a call of the SDK; whatever it throws leaves as a `PlatformError`. */
export async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toPlatformError(error);
  }
}

/** After these the token no longer works. */
export function isRevoked(error: unknown): boolean {
  return ["invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed"].includes(
    codeOf(error) ?? "",
  );
}
