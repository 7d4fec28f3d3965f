import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { StartError } from "../../../src/port/index.ts";
import type { MessageRecord } from "../../emulators/slack/records.ts";
import { startSlack } from "../../emulators/slack/slack-emulator.ts";
import { addressIn } from "../../support/recording-log.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

let parley: SlackParley;
let port: number;

afterEach(async () => {
  const { problems } = parley.slack;
  await parley.stop();
  expect(problems).toEqual([]);
});

/** The whole bot, heard by HTTP on a free port. */
async function start(): Promise<void> {
  const slack = await startSlack({ mode: "http" });
  const { signingSecret } = slack;
  const delivery = { kind: "http", signingSecret, host: "127.0.0.1", port: 0 } as const;
  parley = await startSlackParley({ at: slack, adapter: { delivery } });
  port = Number(new URL(addressIn(parley.log)).port);
  slack.deliverTo(events());
}

const events = () => `http://127.0.0.1:${port}/slack/events`;
const mention = (text: string) => `<@${parley.slack.botUserId}> ${text}`;
const texts = (root: MessageRecord) => parley.slack.messages(parley.slack.channel, root).map(({ text }) => text);

test("a mention is answered once, and again delivered it is not answered again", async () => {
  await start();
  const { slack, ai } = parley;
  ai.replies({ text: "Hello." }, { text: "And you." });
  const root = slack.say({ in: slack.channel, text: mention("Hi") });
  await slack.until(() => texts(root).includes("Hello."));
  const before = slack.deliveries.length;
  slack.redeliver(root);
  const again = () => slack.deliveries.slice(before).filter(({ attempt }) => attempt > 0); // the answer is reported as well
  await slack.until(() => again().filter(({ status }) => status === 200).length === 2);
  expect(again().map(({ attempt }) => attempt)).toEqual([1, 1]);
  const next = slack.say({ in: slack.channel, thread: root, text: "Fine" });
  await slack.until(() => texts(root).includes("And you."));
  expect(texts(root)).toEqual(["Hello.", next.text, "And you."]);
  expect(ai.requests).toHaveLength(2);
});

test("a slash command is answered", async () => {
  await start();
  const { slack } = parley;
  const used = slack.command({ in: slack.channel, text: "help" });
  await slack.until(() => JSON.stringify([used.response, used.responses]).includes("reset"));
  expect(used.timedOut).toBe(false);
});

test("a button works", async () => {
  await start();
  const { slack, ai } = parley;
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: ["One ", "two ", "three"], holdAfter: { deltas: 2, until: gate.promise } });
  const root = slack.say({ in: slack.channel, text: mention("Count") });
  const reply = () => slack.messages(slack.channel, root)[0];
  await slack.until(() => reply()?.buttons.some(({ actionId }) => actionId === "stop") === true);
  const pressed = slack.press({ on: reply()?.ts ?? "", actionId: "stop" });
  await slack.until(() => reply()?.text.includes("Stopped") === true);
  expect(pressed.timedOut).toBe(false);
  gate.resolve();
});

const body = (text: string) =>
  JSON.stringify({
    type: "event_callback",
    team_id: parley.slack.team.id,
    event: {
      type: "app_mention",
      ts: "1.000001",
      channel: parley.slack.channel.id,
      user: parley.slack.someone.id,
      text,
    },
  });

/** A request as Slack makes it; with what is given in place of what is right. */
function post(text: string, given: { readonly secret?: string; readonly ageSeconds?: number } = {}): Promise<Response> {
  const timestamp = Math.floor(Date.now() / 1_000) - (given.ageSeconds ?? 0);
  const signed = createHmac("sha256", given.secret ?? parley.slack.signingSecret).update(`v0:${timestamp}:${text}`);
  return fetch(events(), {
    method: "POST",
    body: text,
    headers: {
      "content-type": "application/json",
      "x-slack-request-timestamp": String(timestamp),
      "x-slack-signature": `v0=${signed.digest("hex")}`,
    },
  });
}

test("a request without Slack's signature, or with an old one, is refused and not heard; the log says once what may be wrong", async () => {
  await start();
  const { slack, ai, log } = parley;
  const forged = body(mention("forged"));
  expect((await post(forged, { secret: "a-guess" })).status).toBe(401);
  expect((await post(forged, { ageSeconds: 600 })).status).toBe(401);
  expect((await fetch(events(), { method: "POST", body: forged })).status).toBe(401);
  expect((await post("{")).status).toBe(400);
  const root = slack.say({ in: slack.channel, text: mention("real") });
  await slack.until(() => texts(root).length === 1);
  expect(ai.requests).toHaveLength(1);
  expect(log.text().match(/SLACK_SIGNING_SECRET/g)).toHaveLength(1);
  expect(log.text()).not.toContain(slack.signingSecret);
});

test("a body beyond every limit is refused, and the bot goes on", async () => {
  await start();
  const { slack } = parley;
  expect((await post(body("x".repeat(5_000_000)))).status).toBe(413);
  const root = slack.say({ in: slack.channel, text: mention("Hi") });
  await slack.until(() => texts(root).length === 1);
});

test("nothing else is served", async () => {
  await start();
  for (const path of ["/", "/slack/install", "/slack/oauth_redirect?code=1", "/.env"]) {
    expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(404);
  }
});

test("a port that is taken is named by its setting", async () => {
  await start();
  const { signingSecret } = parley.slack;
  const delivery = { kind: "http", signingSecret, host: "127.0.0.1", port } as const;
  const second = startSlackParley({ at: parley.slack, adapter: { delivery } });
  const error: unknown = await second.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StartError);
  expect(String(error)).toContain(`uses ${port}.`);
});

test("an address that is not this machine's is named by its setting", async () => {
  await start();
  const { signingSecret } = parley.slack;
  const delivery = { kind: "http", signingSecret, host: "192.0.2.1", port } as const;
  const second = startSlackParley({ at: parley.slack, adapter: { delivery } });
  await expect(second).rejects.toThrow(/^PORT: the bot cannot listen on 192\.0\.2\.1.*HOST/);
});

test("it stops at once, though connections are kept alive and a request is half sent", async () => {
  await start();
  const { signingSecret } = parley.slack;
  const delivery = { kind: "http", signingSecret, host: "127.0.0.1", port: 0 } as const;
  const second = await startSlackParley({ at: parley.slack, adapter: { delivery } });
  const own = Number(new URL(addressIn(second.log)).port);
  const place = { port: own, host: "127.0.0.1", agent: new Agent({ keepAlive: true }) };
  await new Promise<void>((resolve) => {
    request({ ...place, path: "/" }, (response) => response.resume().on("end", resolve)).end();
  });
  const half = request({ ...place, path: "/slack/events", method: "POST", headers: { "content-length": "100" } });
  half.on("error", () => undefined);
  await new Promise<void>((resolve) => half.write("{", () => resolve()));
  const before = performance.now();
  await second.leave();
  expect(performance.now() - before).toBeLessThan(4_000);
  await expect(fetch(`http://127.0.0.1:${own}/`)).rejects.toThrow();
  place.agent.destroy();
});
