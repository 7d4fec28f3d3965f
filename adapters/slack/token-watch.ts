import type { AdapterContext } from "../../src/port/index.ts";
import type { Access } from "./connecting.ts";
import { refusalOf } from "./refusals.ts";
import { createClients } from "./workspaces.ts";

type TokenWatchParts = { readonly apiUrl: string; readonly access: Access; readonly context: AdapterContext };

/**
 * Hears that a token was refused, asks once more, and then says so: without its only token the bot can do nothing and tell nobody,
 * so it ends; without the token of one workspace it goes on in the others.
 */
export function createTokenWatch({ apiUrl, access, context }: TokenWatchParts): (token: string) => void {
  const asked = new Set<string>();

  async function ask(token: string): Promise<void> {
    try {
      await createClients(token, { apiUrl, log: context.log }).hasty.auth.test();
      asked.delete(token); // it was one odd answer
    } catch (error) {
      const refusal = refusalOf(error, "SLACK_BOT_TOKEN");
      if (refusal === undefined) asked.delete(token);
      else if (access.kind === "token") context.quit(refusal.message);
      else
        context.log.warn(
          { error: refusal.message },
          "a workspace's token is of no more use: install the app there again",
        );
    }
  }

  return (token) => {
    if (asked.has(token)) return;
    asked.add(token);
    void ask(token);
  };
}
