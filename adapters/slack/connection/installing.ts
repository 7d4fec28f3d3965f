import type { ServerResponse } from "node:http";
import type { HTTPReceiverOptions } from "@slack/bolt";
import { sentences, serverId } from "../../../src/port/index.ts";
import { botScopes, paths } from "../app/manifest.ts";
import { createInstallStates } from "../install/install-states.ts";
import { createInstallations } from "../install/installations.ts";
import { codeOf, toPlatformError } from "../workspace/errors.ts";
import { createClients, quietLogger } from "../workspace/workspaces.ts";
import type { Connecting } from "./bolt-app.ts";

const said = sentences.slack.install;

type Callbacks = NonNullable<NonNullable<HTTPReceiverOptions["installerOptions"]>["callbackOptions"]>;

/** What Bolt needs to have the app installed by others; nothing where it speaks by one token. */
export function installing(parts: Connecting) {
  const { access, apiUrl, context } = parts;
  if (access.kind === "token") return {};
  const { clientId, clientSecret } = access;
  const logger = quietLogger(context.log);
  const impatience = { timeout: 10_000, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  const scopes = botScopes.map(({ scope }) => scope);
  return {
    clientId,
    clientSecret,
    scopes,
    installationStore: createInstallations(context.notes),
    installerOptions: {
      directInstall: true,
      authorizationUrl: new URL("/oauth/v2/authorize", apiUrl).href,
      stateStore: createInstallStates({ ...context, secret: clientSecret, scopes }),
      callbackOptions: callbacks(parts),
      clientOptions: { slackApiUrl: apiUrl, logger, ...impatience },
    },
  };
}

/** Which workspace it is, Slack tells only with its token; of one that may not use the bot the token is revoked. */
function callbacks({ apiUrl, context }: Connecting): Callbacks {
  const { log, admitsServer } = context;
  return {
    async afterInstallation({ team, enterprise, isEnterpriseInstall, bot }, _, __, response) {
      const workspace = isEnterpriseInstall ? enterprise?.id : team?.id;
      if (workspace !== undefined && admitsServer(serverId(`slack:${workspace}`))) return true;
      log.info({ workspace }, "a workspace tried to install the bot that ALLOW or DENY refuses");
      if (bot !== undefined) await revoke(bot.token);
      show(response as ServerResponse, 403, said.notServed);
      return false;
    },
    failure(error, _, __, response) {
      // Anybody can open the page in these ways: they are not worth a line in the log.
      if (error.code === declined) return show(response as ServerResponse, 400, said.failed(paths.install));
      if (/state|code/.test(error.code) || codeOf(error) === "invalid_code")
        return show(response as ServerResponse, 400, said.expired(paths.install));
      log.warn({ error: toPlatformError(error).message }, "the app could not be installed in a workspace");
      show(response as ServerResponse, 500, said.failed(paths.install));
    },
  };

  async function revoke(token: string): Promise<void> {
    try {
      await createClients(token, { apiUrl, log }).failFast.auth.revoke();
    } catch (error) {
      log.warn({ error: toPlatformError(error).message }, "an unwanted token could not be revoked");
    }
  }
}

/** By this code Slack's SDK names somebody who pressed Cancel. */
const declined = "slack_oauth_installer_authorization_error";

/** As text, in which nothing can be markup. */
function show(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" });
  response.end(`${sentence}\n`);
}
