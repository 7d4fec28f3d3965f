import { webApi } from "@slack/bolt";
import { StartError } from "../../../src/port/index.ts";
import { codeOf, toPlatformError } from "../workspace/errors.ts";

const { WebAPIHTTPError, WebAPIPlatformError, WebAPIRequestError } = webApi;

/** A token that Slack checks when the bot starts. */
export type Checked = "SLACK_BOT_TOKEN" | "SLACK_APP_TOKEN";

/**
 * What only a person can mend, named by its setting; undefined for what may pass.
 * https://docs.slack.dev/reference/methods/auth.test, https://docs.slack.dev/reference/methods/apps.connections.open
 */
export function refusalOf(error: unknown, setting: Checked): StartError | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  const sentence = refusals[setting].get(code);
  if (sentence !== undefined) return new StartError(`${setting}: ${sentence}`);
  const passing = ["unavailable", "rate-limited"].includes(toPlatformError(error).code);
  return passing ? undefined : new StartError(`${setting}: Slack refuses it (${code}). Look at ${otherwise[setting]}.`);
}

/** The same when the bot starts: later, a page from a proxy on the way passes, and says nothing about the settings. */
export function startRefusalOf(error: unknown, setting: Checked): StartError | undefined {
  return isNotSlack(error) ? new StartError(notSlack) : refusalOf(error, setting);
}

export const notSlack =
  "SLACK_API_URL: something answers there, but not as Slack does. Leave it unset for Slack itself.";

/** A page instead of an answer, no such address, or a way to another one. */
function isNotSlack(error: unknown): boolean {
  if (error instanceof WebAPIPlatformError) return codeOf(error) === undefined;
  if (error instanceof WebAPIHTTPError)
    return error.statusCode >= 300 && error.statusCode < 500 && ![408, 425].includes(error.statusCode);
  return error instanceof WebAPIRequestError && String(error.original.cause).includes("unexpected redirect");
}

const where = {
  token: "https://api.slack.com/apps (your app, OAuth & Permissions, Bot User OAuth Token)",
  appToken:
    "https://api.slack.com/apps (your app, Basic Information, App-Level Tokens, with the scope connections:write)",
  socketMode: "https://api.slack.com/apps (your app, Socket Mode)",
};

/** Where to look for what has no sentence of its own. */
const otherwise: Readonly<Record<Checked, string>> = {
  SLACK_BOT_TOKEN: where.token,
  SLACK_APP_TOKEN: where.socketMode,
};

const refusals: Readonly<Record<Checked, ReadonlyMap<string, string>>> = {
  SLACK_BOT_TOKEN: new Map(
    Object.entries({
      invalid_auth: `Slack refused the token. Copy it again from ${where.token}.`,
      not_authed: `Slack saw no token. Copy it again from ${where.token}.`,
      token_revoked: `the token was revoked. Install the app again and copy the new one from ${where.token}.`,
      token_expired:
        "the token has expired: token rotation needs SLACK_CLIENT_ID and SLACK_CLIENT_SECRET. Turn it off, or set them, and install the app again.",
      account_inactive: `the app was taken out of the workspace. Install it again and copy the new token from ${where.token}.`,
      not_allowed_token_type: `that is another kind of token. Copy the one that begins with xoxb- from ${where.token}.`,
    }),
  ),
  SLACK_APP_TOKEN: new Map(
    Object.entries({
      invalid_auth: `Slack refused the token. Copy it again from ${where.appToken}.`,
      not_authed: `Slack saw no token. Copy it again from ${where.appToken}.`,
      token_revoked: `the token was revoked. Make a new one at ${where.appToken}.`,
      token_expired: `the token has expired. Make a new one at ${where.appToken}.`,
      account_inactive: `the token is of no more use. Make a new one at ${where.appToken}.`,
      not_allowed_token_type: `that is another kind of token. Copy the one that begins with xapp- from ${where.appToken}.`,
      missing_scope: `the token lacks connections:write. Make a new one at ${where.appToken}.`,
      no_permission: `the token lacks connections:write. Make a new one at ${where.appToken}.`,
      forbidden_team:
        "Socket Mode is not allowed for this workspace. Use HTTP instead: set SLACK_SIGNING_SECRET and no SLACK_APP_TOKEN.",
    }),
  ),
};
