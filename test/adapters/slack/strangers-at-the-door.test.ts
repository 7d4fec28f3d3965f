import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSlack } from "../../emulators/slack/slack-emulator.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

let parley: SlackParley;
let origin: string;

beforeAll(async () => {
  const slack = await startSlack({ mode: "http" });
  const { clientId, clientSecret, signingSecret } = slack;
  parley = await startSlackParley({
    at: slack,
    adapter: {
      access: { kind: "oauth", clientId, clientSecret },
      delivery: { kind: "http", signingSecret, host: "127.0.0.1", port: 0 },
    },
  });
  origin = /http:\/\/127\.0\.0\.1:\d+/.exec(parley.log.text())?.[0] ?? expect.fail("no address in the log");
});

afterAll(async () => {
  const { problems } = parley.slack;
  await parley.stop();
  expect(problems).toEqual([]);
});

const page = (search: string, cookie = "") =>
  fetch(`${origin}/slack/oauth_redirect?${search}`, { headers: { cookie } });

async function logged(work: () => Promise<unknown>): Promise<string> {
  const before = parley.log.text().length;
  await work();
  return parley.log.text().slice(before);
}

test("whoever does not agree on Slack's page is told that the app was not installed, and the log is silent", async () => {
  const text = await logged(async () => {
    for (let i = 0; i < 5; i++) {
      const answer = await page("error=access_denied");
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("was not installed")]);
    }
  });
  expect(text).not.toMatch(/^(info|warn)/m);
});

async function comeBack(code: string): Promise<Response> {
  const { headers } = await fetch(`${origin}/slack/install`, { redirect: "manual" });
  const state = new URL(headers.get("location") ?? "").searchParams.get("state") ?? "";
  return page(`${new URLSearchParams({ code, state })}`, headers.get("set-cookie")?.split(";")[0]);
}

test("a made-up code is refused without a line in the log", async () => {
  const text = await logged(async () => expect((await comeBack("made-up")).status).toBe(400));
  expect(text).not.toMatch(/^(info|warn)/m);
});

test("what Slack has against an installation is in the log", async () => {
  parley.slack.fail({ method: "oauth.v2.access", error: "bad_client_secret" });
  const text = await logged(async () => expect((await comeBack(parley.slack.install())).status).toBe(500));
  expect(text).toContain("Slack answered bad_client_secret");
});

test("a question from a workspace without an installation does not stay in the store", async () => {
  const event = { type: "app_mention", user: "U2", text: "<@U1> hi", channel: "C1", ts: "1.1", event_ts: "1.1" };
  const authorizations = [{ team_id: "T0GONE", user_id: "U1", is_bot: true, is_enterprise_install: false }];
  const body = JSON.stringify({ type: "event_callback", team_id: "T0GONE", event_id: "Ev1", authorizations, event });
  const timestamp = `${Math.floor(Date.now() / 1_000)}`;
  const digest = createHmac("sha256", parley.slack.signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  const text = await logged(async () => {
    const answer = await fetch(`${origin}/slack/events`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": `v0=${digest}`,
      },
      body,
    });
    expect(answer.status).toBe(200);
  });
  expect(text).toContain("not installed in the workspace T0GONE");
  expect(await parley.notes.names("inbox")).toEqual([]);
});
