import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createInstallStates } from "../../../adapters/slack/install/install-states.ts";
import { type AccessEntry, type AccessRules, isServed, toAccessEntry } from "../../../src/limits/access.ts";
import { serverId } from "../../../src/port/index.ts";
import { startSlack } from "../../emulators/slack/slack-emulator.ts";
import { notesInMemory } from "../../support/adapter-context.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { startSlackParley } from "../../support/slack-parley.ts";

const list = (text: string): AccessEntry[] =>
  text === "" ? [] : text.split(",").map((one) => toAccessEntry(one) ?? expect.fail(`not an entry: ${one}`));

/** The bot, open to be installed by others, as far as the lists let them. */
async function openDistributed(access: Partial<AccessRules> = {}) {
  const slack = await startSlack({ mode: "http" });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const { clientId, clientSecret, signingSecret } = slack;
  const parley = await startSlackParley({
    at: slack,
    core: { access: { allow: [], deny: [], ...access } },
    adapter: {
      access: { kind: "oauth", clientId, clientSecret },
      delivery: { kind: "http", signingSecret, host: "127.0.0.1", port },
    },
  });
  onTestFinished(async () => {
    const { problems } = slack;
    await parley.stop();
    expect(problems).toEqual([]);
  });
  const begin = async () => {
    const { headers } = await fetch(`${origin}/slack/install`, { redirect: "manual" });
    const state = new URL(headers.get("location") ?? "").searchParams.get("state") ?? "";
    return { state, cookie: headers.get("set-cookie")?.split(";")[0] ?? "" };
  };
  const comeBack = (team: { readonly id: string }, { state, cookie }: { state: string; cookie: string }) =>
    fetch(`${origin}/slack/oauth_redirect?${new URLSearchParams({ code: slack.install(team), state })}`, {
      headers: { cookie },
    });
  return { ...parley, begin, comeBack };
}

test("a workspace that ALLOW does not name is told so, nothing of it is stored, and its token is revoked", async () => {
  const allow = list("server:T0ELSEWHERE");
  const { slack, notes, log, begin, comeBack } = await openDistributed({ allow });
  const team = slack.addTeam();
  const answer = await comeBack(team, await begin());
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("does not serve your workspace")]);
  expect(await notes.names("installation")).toEqual([]);
  expect(slack.requests.filter(({ method }) => method === "auth.revoke").map(({ token }) => token)).toEqual([
    team.botToken,
  ]);
  expect(log.text()).not.toContain(team.botToken);
  const welcome = slack.addTeam();
  allow.push(...list(`server:${welcome.id}`));
  expect((await comeBack(welcome, await begin())).status).toBe(200);
  expect(await notes.names("installation")).toEqual([`installation ${welcome.id}`]);
});

test.each([
  // ALLOW, DENY, then: whether the workspace T1 is served
  ["", "", true],
  ["server:T1", "", true],
  ["server:T2", "", false],
  ["server:T2,server:T1", "", true],
  ["server:T2+channel:C1", "", false],
  ["server:T1+channel:C1", "", true],
  ["user:U1", "", true],
  ["server:T2,user:U1", "", true],
  ["", "server:T1", false],
  ["server:T1", "server:T1", false],
  ["", "server:T1+user:U1", true],
  ["", "server:T2", true],
])("with ALLOW=%s and DENY=%s a workspace is served: %s", (allow, deny, served) => {
  expect(isServed(serverId("slack:T1"), { allow: list(allow), deny: list(deny) })).toBe(served);
});

test("a state works once, and another browser cannot use it", async () => {
  const { slack, begin, comeBack } = await openDistributed();
  const [one, two] = [slack.addTeam(), slack.addTeam()];
  const begun = await begin();
  expect((await comeBack(one, { ...begun, cookie: "" })).status).toBe(400);
  expect((await comeBack(one, begun)).status).toBe(200);
  const again = await comeBack(two, begun);
  expect([again.status, await again.text()]).toEqual([400, expect.stringContaining("Start again at /slack/install")]);
  expect(slack.requests.filter(({ method }) => method === "oauth.v2.access")).toHaveLength(1);
});

const openStates = (notes = notesInMemory(), secret = "secret") => {
  const clock = createManualClock();
  const states = createInstallStates({ secret, scopes: ["chat:write"], notes, clock });
  const made = () => states.generateStateParam({ scopes: [] }, new Date());
  const outcome = async (state: string) =>
    states.verifyStateParam(new Date(), state).then(
      () => "taken",
      ({ code }) => code,
    );
  return { clock, notes, made, outcome };
};

const refused = "slack_oauth_invalid_state";

test("a state works once after a restart too, once of many at a time, and for ten minutes", async () => {
  const { clock, notes, made, outcome } = openStates();
  const [first, second, late] = [await made(), await made(), await made()];
  expect((await Promise.all([first, first, first].map(outcome))).sort()).toEqual([refused, refused, "taken"]);
  expect(await openStates(notes).outcome(first)).toBe(refused);
  await clock.pass(9 * 60_000);
  expect(await outcome(second)).toBe("taken");
  await clock.pass(2 * 60_000);
  expect(await outcome(late)).toBe(refused);
});

test.each([
  ["of another secret", async () => openStates(undefined, "another").made()],
  ["of another time", async () => (await openStates().made()).replace(/^\d{13}/, "9999999999999")],
  ["cut short", async () => (await openStates().made()).slice(0, -1)],
  ["of nothing", async () => ""],
])("a state %s is refused", async (_, make) => {
  expect(await openStates().outcome(await make())).toBe(refused);
});

test("states that nobody comes back with cost nothing, and used ones are few and go again", async () => {
  const { clock, notes, made, outcome } = openStates();
  const states = await Promise.all(Array.from({ length: 300 }, made));
  expect(await notes.names("")).toEqual([]);
  const outcomes = await Promise.all(states.map(outcome));
  expect(outcomes.filter((one) => one === "taken")).toHaveLength(100);
  await clock.pass(11 * 60_000);
  expect(await outcome(await made())).toBe("taken");
  expect(await notes.names("")).toHaveLength(1);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
