import type { Context, InstallationQuery } from "@slack/bolt";
import type { AdapterContext } from "../../../src/port/index.ts";
import { createInstallations } from "../install/installations.ts";
import type { Access } from "./bolt-app.ts";
import { refusalOfToken } from "./token-watch.ts";

/** Heard late, or after the app was installed anew, such an event tells nothing: the token itself is asked. */
export async function onUninstalled(
  { teamId, enterpriseId, isEnterpriseInstall }: Context,
  { access, apiUrl }: { readonly access: Access; readonly apiUrl: string },
  context: AdapterContext,
): Promise<void> {
  const refusalOf = (token: string) => refusalOfToken(token, { apiUrl, access, context });
  if (access.kind === "token") {
    const refusal = await refusalOf(access.token);
    return refusal === undefined ? undefined : context.quit(refusal);
  }
  const query = { teamId, enterpriseId, isEnterpriseInstall } as InstallationQuery<boolean>;
  const installations = createInstallations(context.notes);
  const installation = await installations.fetchInstallation(query).catch(() => undefined);
  const bot = installation?.bot;
  // A token that has run out tells nothing, and what renews it must not be thrown away.
  const hasRunOut = (bot?.expiresAt ?? Number.POSITIVE_INFINITY) * 1_000 <= context.clock.now();
  if (bot !== undefined && (hasRunOut || (await refusalOf(bot.token)) === undefined)) return;
  await installations.deleteInstallation(query);
  context.log.info({ workspace: teamId }, "the app was removed from a Slack workspace");
}
