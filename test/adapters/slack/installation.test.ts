import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { botScopes } from "../../../adapters/slack/app/manifest.ts";
import { createInstallations } from "../../../adapters/slack/install/installations.ts";
import type { ChannelRecord, MessageRecord } from "../../emulators/slack/records.ts";
import { type Slack, type SlackOptions, startSlack } from "../../emulators/slack/slack-emulator.ts";
import { notesInMemory } from "../../support/adapter-context.ts";
import { addressIn } from "../../support/recording-log.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

type Distributed = {
  readonly slack: Slack;
  /** The bot, which comes back with what it stored. */
  start(): Promise<SlackParley>;
  /** Goes the way of a person who installs the app; what they send back may be forged. */
  install(
    team: { readonly id: string },
    forge?: { readonly state?: string; readonly cookie?: string },
  ): Promise<Response>;
};

async function openDistributed(options: SlackOptions = {}): Promise<Distributed> {
  const slack = await startSlack({ mode: "http", ...options });
  const folder = mkdtempSync(join(tmpdir(), "parley-"));
  let origin = "";
  const running: SlackParley[] = [];
  onTestFinished(async () => {
    await running.at(-1)?.leave();
    const { problems } = slack;
    await slack.stop();
    rmSync(folder, { recursive: true, force: true });
    expect(problems).toEqual([]);
    const lines = running.map(({ log }) => log.text()).join();
    const tokens = slack.requests.map(({ token }) => token).filter((token) => token !== undefined);
    for (const secret of [slack.clientSecret, slack.signingSecret, ...tokens]) expect(lines).not.toContain(secret);
    expect(lines).not.toMatch(/xox[a-z]/);
  });
  return {
    slack,
    async start() {
      const { clientId, clientSecret, signingSecret } = slack;
      const parley = await startSlackParley({
        at: slack,
        storeUrl: `sqlite://${join(folder, "store.sqlite")}`,
        adapter: {
          access: { kind: "oauth", clientId, clientSecret },
          delivery: { kind: "http", signingSecret, host: "127.0.0.1", port: 0 },
        },
      });
      running.push(parley);
      origin = new URL(addressIn(parley.log)).origin;
      slack.deliverTo(`${origin}/slack/events`);
      return parley;
    },
    async install(team, forge = {}) {
      const begun = await fetch(`${origin}/slack/install`, { redirect: "manual" });
      const given = begun.headers.get("set-cookie")?.split(";")[0] ?? "";
      const { state = new URL(begun.headers.get("location") ?? "").searchParams.get("state") ?? "" } = forge;
      const query = new URLSearchParams({ code: slack.install(team), state });
      return fetch(`${origin}/slack/oauth_redirect?${query}`, { headers: { cookie: forge.cookie ?? given } });
    },
  };
}

const tokens = ({ requests }: Slack, method: string) =>
  requests.filter((request) => request.method === method).map(({ token }) => token);

/** Asks, and waits for the answer. */
async function ask(slack: Slack, team: { readonly channel: ChannelRecord; readonly botUserId: string }, text: string) {
  const root = slack.say({ in: team.channel, text: `<@${team.botUserId}> ${text}` });
  const answers = () => slack.messages(team.channel, root);
  const isDone = ({ text, streaming, buttons }: MessageRecord) =>
    text === "Hello! How can I help?" && !streaming && buttons.length === 0;
  await slack.until(() => answers().some(isDone) && slack.requests.every(({ status }) => status !== undefined));
  expect(answers().map(({ userId }) => userId)).toEqual([team.botUserId]);
}

test("the install page leads to Slack, with every scope and a state", async () => {
  const { slack, start } = await openDistributed();
  const { log } = await start();
  const page = /http:\S+\/slack\/install/.exec(log.text())?.[0]?.replace(/"}$/, "") ?? "";
  const { status, headers } = await fetch(page, { redirect: "manual" });
  const target = new URL(headers.get("location") ?? "");
  expect(status).toBe(302);
  expect(target.href).toContain(`${new URL(slack.apiUrl).origin}/oauth/v2/authorize?`);
  expect(target.searchParams.get("scope")?.split(",")).toEqual(botScopes.map(({ scope }) => scope));
  expect(target.searchParams.get("client_id")).toBe(slack.clientId);
  expect(target.searchParams.get("state")).toMatch(/.{20}/);
});

test("every workspace that installs it is answered by its own token, also after a restart", async () => {
  const { slack, start, install } = await openDistributed();
  const [one, two] = [slack.addTeam(), slack.addTeam()];
  const first = await start();
  expect((await install(one)).status).toBe(200);
  await ask(slack, one, "Hi");
  expect((await install(two)).status).toBe(200);
  await ask(slack, two, "Hi");
  await ask(slack, one, "Still there?");
  await first.leave();
  await start();
  const before = slack.requests.length;
  await ask(slack, two, "And now?");
  await ask(slack, one, "And now?");
  const used = new Set(slack.requests.slice(before).map(({ token }) => token));
  expect(used).toEqual(new Set([one.botToken, two.botToken]));
  expect(tokens(slack, "oauth.v2.access")).toHaveLength(2);
});

test.each([
  ["a forged state", { state: "eyJhbGciOiJIUzI1NiJ9.e30.x" }],
  ["another browser's state", { cookie: "slack-app-oauth-state=another" }],
  ["no state", { state: "" }],
])("%s is refused, and nothing is installed", async (_, forge) => {
  const { slack, start, install } = await openDistributed();
  await start();
  expect((await install(slack.addTeam(), forge)).status).toBe(400);
  expect(tokens(slack, "oauth.v2.access")).toEqual([]);
});

test("a token that is near its end is renewed once by the next mention, stored, and used from then on", async () => {
  const { slack, start, install } = await openDistributed({ rotateTokens: true, tokenLifeSeconds: 7_000 });
  const team = slack.addTeam();
  const first = await start();
  await install(team);
  await ask(slack, team, "Hi");
  const renewals = () =>
    slack.requests.filter(({ method, args }) => method === "oauth.v2.access" && args["grant_type"] === "refresh_token");
  // Each event finds a token that is near its end; no two of them may take the same one to renew it.
  expect(renewals().length).toBeGreaterThan(0);
  expect(renewals().filter(({ error }) => error !== undefined)).toEqual([]);
  const given = renewals().map(({ args }) => args["refresh_token"]);
  expect(new Set(given).size).toBe(given.length);
  await first.leave();
  await start();
  await ask(slack, team, "And now?");
  expect(renewals().filter(({ error }) => error !== undefined)).toEqual([]);
});

test("a token that has run out is renewed before the answer, though a mention comes twice at once", async () => {
  const { slack, start, install } = await openDistributed({ rotateTokens: true, tokenLifeSeconds: 1 });
  const team = slack.addTeam();
  await start();
  await install(team);
  await new Promise((resolve) => setTimeout(resolve, 1_100)); // Bolt reads the system's clock
  const root = slack.say({ in: team.channel, text: `<@${team.botUserId}> Hi` });
  await slack.until(() => slack.messages(team.channel, root).length === 1);
  expect(slack.requests.filter(({ error }) => error === "invalid_refresh_token")).toEqual([]);
});

test("a token that was renewed while the bot runs is used from then on", async () => {
  const { slack, start, install } = await openDistributed({ rotateTokens: true, tokenLifeSeconds: 2 });
  const team = slack.addTeam();
  await start();
  await install(team);
  await ask(slack, team, "Hi");
  const before = slack.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 2_100)); // Bolt reads the system's clock
  await ask(slack, team, "And now?");
  const late = slack.requests.slice(before).filter(({ method }) => method !== "oauth.v2.access");
  expect(late.length).toBeGreaterThan(0);
  expect(late.filter(({ error }) => error !== undefined)).toEqual([]);
});

test("a token that has run out and cannot be renewed is told to the admin", async () => {
  const { slack, start, install } = await openDistributed({ rotateTokens: true, tokenLifeSeconds: 1 });
  const team = slack.addTeam();
  const { log } = await start();
  await install(team);
  await new Promise((resolve) => setTimeout(resolve, 1_100)); // Bolt reads the system's clock
  slack.fail({ method: "oauth.v2.access", error: "invalid_refresh_token", times: 9 });
  slack.say({ in: team.channel, text: `<@${team.botUserId}> Hi` });
  await expect.poll(() => log.text()).toContain(`the token of the workspace ${team.id} ran out`);
});

test("taken out of a workspace it forgets the token there, says so, and goes on elsewhere", async () => {
  const { slack, start, install } = await openDistributed();
  const [one, two] = [slack.addTeam(), slack.addTeam()];
  const { log, quits } = await start();
  await install(one);
  await install(two);
  await ask(slack, one, "Hi");
  slack.uninstall(one);
  await expect.poll(() => log.text()).toContain("the app was removed from a Slack workspace");
  const before = slack.requests.length;
  const used = slack.command({ in: one.channel, text: "help" });
  await slack.until(() => used.ackedAt !== undefined || used.timedOut);
  expect(slack.requests.slice(before)).toEqual([]);
  expect(log.text()).toContain(`the app is not installed in the workspace ${one.id}`);
  await ask(slack, two, "Hi");
  expect(quits).toEqual([]);
});

test("told late that it was taken out of a workspace where it is installed again, it keeps the token", async () => {
  const { slack, start, install } = await openDistributed();
  const team = slack.addTeam();
  const first = await start();
  await install(team);
  await ask(slack, team, "Hi");
  const asked = () => tokens(slack, "auth.test").length;
  const before = asked();
  slack.tellUninstalled(team);
  await slack.until(() => asked() >= before + 2); // for each of the two events
  await ask(slack, team, "Still there?");
  expect(first.log.text()).not.toContain("was taken out");
  await first.leave();
  await start();
  await ask(slack, team, "And now?");
});

test("told so late that the stored token has run out, it keeps what renews the token", async () => {
  const { slack, start, install } = await openDistributed({ rotateTokens: true, tokenLifeSeconds: 1 });
  const team = slack.addTeam();
  const { log } = await start();
  await install(team);
  await new Promise((resolve) => setTimeout(resolve, 1_100)); // Bolt reads the system's clock
  slack.tellUninstalled(team);
  await slack.until(() => slack.deliveries.filter(({ ackedAt }) => ackedAt !== undefined).length >= 2);
  const root = slack.say({ in: team.channel, text: `<@${team.botUserId}> Hi` });
  await slack.until(() => slack.messages(team.channel, root).length === 1);
  expect(log.text()).not.toContain("was taken out");
});

test("a token that dies without a word is told to the admin, and the other workspaces go on", async () => {
  const { slack, start, install } = await openDistributed();
  const [one, two] = [slack.addTeam(), slack.addTeam()];
  const { log, quits } = await start();
  await install(one);
  await install(two);
  slack.revoke(one);
  slack.say({ in: one.channel, text: `<@${one.botUserId}> Hi` });
  await expect.poll(() => log.text()).toContain("reinstall the app there");
  await ask(slack, two, "Hi");
  expect(quits).toEqual([]);
});

test("an organization's installation serves its workspaces, and outlives its removal from one of them", async () => {
  const store = createInstallations(notesInMemory());
  const enterprise = { id: "E1", name: "Org" };
  const user = { id: "U1", token: undefined, scopes: undefined };
  const installation = { team: undefined, enterprise, user, isEnterpriseInstall: true } as const;
  await store.storeInstallation(installation);
  const query = { teamId: "T1", enterpriseId: "E1", isEnterpriseInstall: false } as const;
  expect(await store.fetchInstallation(query)).toMatchObject({ enterprise: { id: "E1" } });
  await store.deleteInstallation(query);
  expect(await store.fetchInstallation(query)).toMatchObject({ enterprise: { id: "E1" } });
  await store.deleteInstallation({ teamId: undefined, enterpriseId: "E1", isEnterpriseInstall: true });
  await expect(store.fetchInstallation(query)).rejects.toThrow("T1");
});
