import { App, type Installation } from "@slack/bolt";
import { describe, expect, onTestFinished, test } from "vitest";
import { openClient, openSlack, outcome, quiet } from "./real-client.ts";
import type { Slack } from "./slack-emulator.ts";

describe("the installation", () => {
  test("Bolt's own installer gets a workspace's token, and its events find it", async () => {
    const stored: Installation[] = [];
    const { slack } = await openSlack({ mode: "http" });
    const other = slack.addTeam();
    const port = await connectInstaller(slack, stored);
    const redirect = `http://127.0.0.1:${port}/slack/oauth_redirect?code=${slack.install(other)}`;
    expect((await fetch(redirect)).status).toBe(200);
    expect(stored[0]).toMatchObject({
      team: { id: other.id },
      bot: { token: other.botToken, userId: other.botUserId, scopes: expect.arrayContaining(["chat:write"]) },
    });
    slack.say({ in: other.channel, text: `<@${other.botUserId}> hello` });
    await slack.until(() => slack.messages(other.channel).length === 2);
    expect(slack.messages(other.channel)[1]?.userId).toBe(other.botUserId);
    expect(slack.problems).toEqual([]);
  });

  test("a code becomes a token that works until the app is taken out", async () => {
    const { slack, client } = await openSlack();
    const other = slack.addTeam();
    const theirs = openClient(slack, other.botToken);
    expect(await outcome(theirs.auth.test())).toBe("invalid_auth");
    const keys = { client_id: slack.clientId, client_secret: slack.clientSecret };
    const code = slack.install(other);
    const installed = await client.oauth.v2.access({ ...keys, code });
    expect(installed).toMatchObject({ access_token: other.botToken, team: { id: other.id }, token_type: "bot" });
    expect(await outcome(client.oauth.v2.access({ ...keys, code }))).toBe("invalid_code");
    expect(await theirs.auth.test()).toMatchObject({ team_id: other.id, user_id: other.botUserId });
    expect(await outcome(theirs.chat.postMessage({ channel: slack.channel.id, text: "x" }))).toBe("channel_not_found");
    slack.uninstall(other);
    expect(await outcome(theirs.auth.test())).toBe("account_inactive");
    expect(await outcome(client.auth.test())).toMatchObject({ ok: true });
  });

  test("tokens that expire are renewed", async () => {
    const { slack, client } = await openSlack({ rotateTokens: true, tokenLifeSeconds: 0.05 });
    const keys = { client_id: slack.clientId, client_secret: slack.clientSecret };
    const first = await client.oauth.v2.access({ ...keys, code: slack.install() });
    const { access_token: token = "", refresh_token = "" } = first;
    expect(await outcome(openClient(slack, token).auth.test())).toMatchObject({ ok: true });
    const second = await client.oauth.v2.access({ ...keys, grant_type: "refresh_token", refresh_token });
    expect(second.access_token).not.toBe(token);
    await expect.poll(() => outcome(openClient(slack, token).auth.test())).toBe("token_expired");
  });
});

/** A Bolt app that knows no token and installs itself; returns its port. */
async function connectInstaller(slack: Slack, stored: Installation[]): Promise<number | undefined> {
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const { clientId, clientSecret, signingSecret } = slack;
  const installationStore = {
    storeInstallation: async (installation: Installation) => void stored.push(installation),
    fetchInstallation: async ({ teamId }: { teamId: string | undefined }) => {
      const found = stored.find(({ team }) => team?.id === teamId);
      if (found === undefined) throw new Error(`${teamId} is not installed`);
      return found as Installation<"v2", false>;
    },
  };
  const app = new App({
    ...{ clientId, clientSecret, signingSecret, clientOptions, installationStore, logger: quiet, stateSecret: "state" },
    installerOptions: { stateVerification: false, clientOptions },
  });
  app.event("app_mention", async ({ event, client }) => {
    await client.chat.postMessage({ channel: event.channel, text: "hello" });
  });
  const server = await app.start(0);
  onTestFinished(async () => {
    await app.stop();
  });
  const address = "address" in server ? server.address() : null;
  const port = typeof address === "object" ? address?.port : undefined;
  slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  return port;
}
