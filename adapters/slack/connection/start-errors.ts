import { webApi } from "@slack/bolt";
import { StartError, sentences } from "../../../src/port/index.ts";
import { codeOf, toPlatformError } from "../workspace/errors.ts";

const said = sentences.slack;

const { WebAPIHTTPError, WebAPIPlatformError, WebAPIRequestError } = webApi;

/** A token that Slack checks when the bot starts. */
export type Checked = "SLACK_BOT_TOKEN" | "SLACK_APP_TOKEN";

/**
 * What only a person can mend, named by its setting; undefined for what may pass.
 * https://docs.slack.dev/reference/methods/auth.test, https://docs.slack.dev/reference/methods/apps.connections.open
 */
export function startErrorOf(error: unknown, setting: Checked): StartError | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  const sentence = refusals[setting].get(code);
  if (sentence !== undefined) return new StartError(`${setting}: ${sentence}`);
  const passing = ["unavailable", "rate-limited"].includes(toPlatformError(error).code);
  return passing ? undefined : new StartError(`${setting}: ${said.token[setting].other(code)}`);
}

/** The same when the bot starts: later, a page from a proxy on the way passes, and says nothing about the settings. */
export function firstStartErrorOf(error: unknown, setting: Checked): StartError | undefined {
  return isNotSlack(error) ? new StartError(said.notSlack) : startErrorOf(error, setting);
}

/** A page instead of an answer, no such address, or a way to another one. */
function isNotSlack(error: unknown): boolean {
  if (error instanceof WebAPIPlatformError) return codeOf(error) === undefined;
  if (error instanceof WebAPIHTTPError)
    return error.statusCode >= 300 && error.statusCode < 500 && ![408, 425].includes(error.statusCode);
  return error instanceof WebAPIRequestError && String(error.original.cause).includes("unexpected redirect");
}

const refusals: Readonly<Record<Checked, ReadonlyMap<string, string>>> = {
  SLACK_BOT_TOKEN: toMap(said.token.SLACK_BOT_TOKEN),
  SLACK_APP_TOKEN: toMap(said.token.SLACK_APP_TOKEN),
};

/** By Slack's code; what has no sentence of its own stands beside them. */
function toMap({ other, ...byCode }: { readonly other: unknown }): ReadonlyMap<string, string> {
  return new Map(Object.entries(byCode));
}
