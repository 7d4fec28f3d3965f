import type { AdapterContext } from "../../../src/port/index.ts";
import { remember } from "../workspace/recent.ts";
import { createClients } from "../workspace/workspaces.ts";
import type { Access } from "./bolt-app.ts";
import { startErrorOf } from "./start-errors.ts";

type TokenWatchParts = { readonly apiUrl: string; readonly access: Access; readonly context: AdapterContext };

/** Asks Slack whether a token is of any use. Undefined where it is, or where Slack cannot be asked. */
export async function refusalOfToken(token: string, { apiUrl, context }: TokenWatchParts): Promise<string | undefined> {
  try {
    await createClients(token, { apiUrl, log: context.log }).failFast.auth.test();
    return undefined;
  } catch (error) {
    return startErrorOf(error, "SLACK_BOT_TOKEN")?.message;
  }
}

/**
 * Hears that a token was refused, asks once more, and then says so: without its only token the bot can do nothing and tell nobody,
 * so it ends; without the token of one workspace it goes on in the others.
 */
export function createTokenWatch(parts: TokenWatchParts): (token: string, team?: string) => void {
  const { access, context } = parts;
  const asked = new Set<string>();

  async function ask(token: string, team: string | undefined): Promise<void> {
    const refusal = await refusalOfToken(token, parts);
    if (refusal === undefined)
      asked.delete(token); // it was one odd answer
    else if (access.kind === "token") context.quit(refusal);
    else context.log.warn({ team, error: refusal }, "a workspace's token no longer works: reinstall the app there");
  }

  return (token, team) => {
    if (asked.has(token)) return;
    remember(asked, token);
    void ask(token, team);
  };
}
