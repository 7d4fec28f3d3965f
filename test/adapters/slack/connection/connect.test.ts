import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocketServer } from "ws";
import { botScopes } from "../../../../adapters/slack/app/manifest.ts";
import { createSlack, type SlackSettings } from "../../../../adapters/slack/index.ts";
import { StartError } from "../../../../src/port/index.ts";
import { type Slack, type SlackOptions, startSlack } from "../../../emulators/slack/slack-emulator.ts";
import { createContext } from "../../../support/adapter-context.ts";
import { createManualClock } from "../../../support/manual-clock.ts";
import { recordingLog } from "../../../support/recording-log.ts";
import { startSlackParley } from "../../../support/slack-parley.ts";

let slack: Slack;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(async () => {
  const { problems } = slack;
  await slack.stop();
  expect(problems).toEqual([]);
});

/** The adapter alone, which ends with the test. Its pauses are over when the test says so. */
function openAdapter(settings: Partial<SlackSettings> = {}, at = slack) {
  const log = recordingLog();
  const clock = createManualClock();
  const context = createContext(log, undefined, clock);
  const access = { kind: "token", token: at.botToken } as const;
  const delivery = { kind: "socket", appToken: at.appToken } as const;
  const adapter = createSlack({ apiUrl: at.apiUrl, access, delivery, ...settings }, context);
  onTestFinished(() => adapter.stop());
  return { log, clock, quits: context.quits, stop: adapter.stop, start: () => adapter.start(async () => undefined) };
}

/** Why it does not start. */
async function problemOf(settings: Partial<SlackSettings> = {}, at = slack): Promise<string> {
  const { start } = openAdapter(settings, at);
  const error = await start().then(
    () => new Error("it started"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StartError);
  return String(error);
}

async function slackWith(options: SlackOptions): Promise<Slack> {
  const other = await startSlack(options);
  onTestFinished(() => other.stop());
  return other;
}

describe("a token that Slack refuses is named by its setting, with where to mend it", () => {
  test.each([
    ["auth.test", "invalid_auth", "SLACK_BOT_TOKEN: Slack rejected the token.", "OAuth & Permissions"],
    ["auth.test", "not_authed", "SLACK_BOT_TOKEN: Slack got no token.", "OAuth & Permissions"],
    ["auth.test", "token_revoked", "SLACK_BOT_TOKEN: the token was revoked.", "Reinstall the app"],
    ["auth.test", "token_expired", "SLACK_BOT_TOKEN: the token has expired", "SLACK_CLIENT_ID"],
    ["auth.test", "account_inactive", "SLACK_BOT_TOKEN: the app was removed", "Reinstall it"],
    ["auth.test", "not_allowed_token_type", "SLACK_BOT_TOKEN: that is another kind of token", "xoxb-"],
    ["auth.test", "ekm_access_denied", "SLACK_BOT_TOKEN: Slack refuses it (ekm_access_denied)", "OAuth & Permissions"],
    ["apps.connections.open", "invalid_auth", "SLACK_APP_TOKEN: Slack rejected the token.", "App-Level Tokens"],
    ["apps.connections.open", "not_authed", "SLACK_APP_TOKEN: Slack got no token.", "App-Level Tokens"],
    ["apps.connections.open", "token_revoked", "SLACK_APP_TOKEN: the token was revoked.", "App-Level Tokens"],
    ["apps.connections.open", "token_expired", "SLACK_APP_TOKEN: the token has expired.", "App-Level Tokens"],
    ["apps.connections.open", "account_inactive", "SLACK_APP_TOKEN: the token no longer works", "App-Level Tokens"],
    ["apps.connections.open", "not_allowed_token_type", "SLACK_APP_TOKEN: that is another kind of token", "xapp-"],
    [
      "apps.connections.open",
      "missing_scope",
      "SLACK_APP_TOKEN: the token lacks connections:write",
      "App-Level Tokens",
    ],
    [
      "apps.connections.open",
      "no_permission",
      "SLACK_APP_TOKEN: the token lacks connections:write",
      "App-Level Tokens",
    ],
    ["apps.connections.open", "forbidden_team", "SLACK_APP_TOKEN: Socket Mode is not allowed", "SLACK_SIGNING_SECRET"],
    ["apps.connections.open", "access_denied", "SLACK_APP_TOKEN: Slack refuses it (access_denied)", "Socket Mode"],
  ])("%s: %s", async (method, error, sentence, place) => {
    slack.fail({ method, error });
    const problem = await problemOf();
    expect(problem).toContain(sentence);
    expect(problem).toContain(place);
    for (const token of [slack.botToken, slack.appToken]) expect(problem).not.toContain(token);
  });

  test("the bot's token where the app's belongs, and the other way round", async () => {
    const appToken = slack.botToken;
    expect(await problemOf({ delivery: { kind: "socket", appToken } })).toContain("xapp-");
    expect(await problemOf({ access: { kind: "token", token: slack.appToken } })).toContain("xoxb-");
  });
});

describe("a scope that is missing", () => {
  const scopes = botScopes.map(({ scope }) => scope);

  test.each(["chat:write", "app_mentions:read"])("%s ends the start, with what is lost", async (scope) => {
    const problem = await problemOf({}, await slackWith({ scopes: scopes.filter((one) => one !== scope) }));
    expect(problem).toContain(`SLACK_BOT_TOKEN: the Slack app lacks ${scope} (it`);
    expect(problem).toContain("Bot Token Scopes");
  });

  test("and can be done without is named in one warning, with what is lost", async () => {
    const { start, log } = openAdapter(
      {},
      await slackWith({ scopes: ["chat:write", "app_mentions:read", "commands"] }),
    );
    await start();
    const warnings = log.lines.filter(({ level }) => level === "warn");
    expect(warnings).toHaveLength(1);
    const missing = scopes.filter((scope) => !["chat:write", "app_mentions:read", "commands"].includes(scope));
    for (const scope of missing) expect(warnings[0]?.sentence).toContain(`${scope} (it `);
    expect(warnings[0]?.sentence).not.toContain("commands");
  });

  test("with all of them nothing is said", async () => {
    const { start, log } = openAdapter({}, await slackWith({ scopes }));
    await start();
    expect(log.lines.filter(({ level }) => level === "warn")).toEqual([]);
  });
});

describe("what stands at SLACK_API_URL and is no Slack", () => {
  const page = { "content-type": "text/html" };
  const others: readonly (readonly [string, RequestListener])[] = [
    ["a page", (_, response) => response.writeHead(200, page).end("<html><body>Welcome!</body></html>")],
    ["an unknown address", (_, response) => response.writeHead(404, page).end("Not found")],
    ["a locked door", (_, response) => response.writeHead(403, page).end("Forbidden")],
    ["a way elsewhere", (_, response) => response.writeHead(302, { location: "/login" }).end()],
    ["other JSON", (_, response) => response.writeHead(200).end("{}")],
    ["other JSON that is in good order", (_, response) => response.writeHead(200).end('{"ok":true}')],
  ];
  test.each(others)("%s is told", async (_, answer) => {
    const port = await listen(createHttpServer(answer));
    expect(await problemOf({ apiUrl: `http://127.0.0.1:${port}/api/` })).toContain("SLACK_API_URL: something answers");
  });
});

describe("while Slack cannot be reached", () => {
  test("it waits and says so, and connects once Slack is there", async () => {
    const port = await closedPort();
    const { start, log, clock } = openAdapter({ apiUrl: `http://127.0.0.1:${port}/api/` });
    const started = start();
    await vi.waitFor(() => expect(log.text()).toContain("Slack cannot be reached; trying again in 1 s"));
    expect(log.text()).toContain("ECONNREFUSED");
    await serve(port, (socket) => {
      const onward = connect(Number(new URL(slack.apiUrl).port), "127.0.0.1");
      socket.on("error", () => onward.destroy()).pipe(onward);
      onward.on("error", () => socket.destroy()).pipe(socket);
    });
    await clock.passWhenAsked(1_000);
    await started;
    expect(slack.sockets.live).toBe(1);
    expect(log.text()).toContain("Slack is connected by Socket Mode");
  });

  test.each([
    ["auth.test", { status: 503 }],
    ["auth.test", { retryAfter: 1 }],
    ["apps.connections.open", { status: 503 }],
    ["apps.connections.open", { retryAfter: 1 }],
  ] as const)("%s with %j only costs time", async (method, failure) => {
    slack.fail({ method, ...failure });
    const { start, log, clock } = openAdapter();
    const started = start();
    await clock.passWhenAsked(1_000);
    await started;
    expect(log.text()).toContain("trying again in 1 s");
    expect(slack.sockets.live).toBe(1);
  });

  test.each([
    ["auth.test", "between two tries", { status: 503, times: 99 }],
    ["auth.test", "in the middle of one", { hangMs: 60_000 }],
    ["apps.connections.open", "in the middle of one", { hangMs: 60_000 }],
  ] as const)("it can be ended at once: %s, %s", async (method, _, failure) => {
    slack.fail({ method, ...failure });
    const { start, stop, log } = openAdapter();
    const started = start();
    await slack.until(() => slack.requests.some((request) => request.method === method));
    if ("status" in failure) await vi.waitFor(() => expect(log.text()).toContain("trying again"));
    await stop(); // no pause passes, and no call that hangs is answered
    await started;
    expect(slack.requests.filter(({ status }) => status === undefined)).toHaveLength("hangMs" in failure ? 1 : 0);
    expect(slack.sockets.live).toBe(0);
  });
});

describe("a socket that never greets", () => {
  /** Slack, but for its first sockets, which stay silent. */
  async function silentSlack(silent: number): Promise<{ readonly apiUrl: string; readonly opened: () => number }> {
    let left = silent;
    const sockets = new WebSocketServer({ noServer: true });
    const server = createHttpServer(async (request, response) => {
      const body = await text(request);
      response.writeHead(200, { "content-type": "application/json" });
      if (request.url?.endsWith("apps.connections.open") && left-- > 0) {
        return void response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port}/` }));
      }
      const { authorization = "" } = request.headers;
      const headers = { authorization, "content-type": request.headers["content-type"] ?? "" };
      const answer = await fetch(`${new URL(slack.apiUrl).origin}${request.url}`, { method: "POST", headers, body });
      response.end(await answer.text());
    });
    server.on("upgrade", (request, socket, head) => sockets.handleUpgrade(request, socket, head, () => undefined));
    const port = await listen(server);
    return { apiUrl: `http://127.0.0.1:${port}/api/`, opened: () => silent - Math.max(0, left) };
  }

  test("is given up for the next", async () => {
    const { apiUrl } = await silentSlack(1);
    const { start, log, clock } = openAdapter({ apiUrl });
    const started = start();
    await clock.passWhenAsked(5_000);
    await clock.passWhenAsked(1_000);
    await started;
    expect(log.text()).toContain("closed before Slack greeted");
    expect(slack.sockets.live).toBe(1);
  });

  test("does not keep the bot from ending", async () => {
    const { apiUrl, opened } = await silentSlack(9);
    const { start, stop } = openAdapter({ apiUrl });
    const started = start();
    await vi.waitFor(() => expect(opened()).toBe(1));
    await stop();
    await started;
    expect(slack.sockets.opened).toBe(0);
  });
});

describe("a socket that ends", () => {
  test.each([
    ["because Slack asks for a new one", (at: Slack) => at.refreshSockets()],
    ["without a word", (at: Slack) => at.dropSockets()],
  ])("%s is replaced soon, and what was said meanwhile is answered once", async (_, end) => {
    const clock = createManualClock();
    const parley = await startSlackParley({ at: slack, adapterClock: clock });
    const { ai, log } = parley;
    ai.replyTo(({ messages }) => ({
      text: `Heard ${/(\w+)\n<\/message>$/.exec(messages.at(-1)?.content ?? "")?.[1]}`,
    }));
    const say = (words: string) => slack.say({ in: slack.channel, text: `<@${slack.botUserId}> ${words}` });
    const texts = (root: { readonly ts: string }) => slack.messages(slack.channel, root).map((one) => one.text);
    const before = say("before");
    end(slack);
    const meanwhile = say("meanwhile");
    await clock.passWhenAsked(0); // at once
    await slack.until(() => slack.sockets.live === 1 && texts(meanwhile).includes("Heard meanwhile"));
    await slack.until(() => texts(before).includes("Heard before"));
    const after = say("after");
    await slack.until(() => texts(after).includes("Heard after"));
    expect([before, meanwhile, after].map((root) => texts(root).length)).toEqual([1, 1, 1]);
    expect(ai.requests).toHaveLength(3);
    expect(log.text()).toContain("Slack is connected again");
    await parley.leave();
  });

  test("again and again is not opened in a rush", async () => {
    const { start, clock, log } = openAdapter();
    await start();
    slack.dropSockets();
    await clock.passWhenAsked(0);
    await vi.waitFor(() => expect(log.text()).toContain("connected again"));
    slack.dropSockets();
    await clock.passWhenAsked(1_000);
    await slack.until(() => slack.sockets.opened === 3);
  });

  test("for good, because the app's token is of no more use, ends the bot with the sentence", async () => {
    const { start, quits, clock } = openAdapter();
    await start();
    slack.fail({ method: "apps.connections.open", error: "token_revoked", times: 9 });
    slack.dropSockets();
    await clock.passWhenAsked(0);
    await vi.waitFor(() => expect(quits).toHaveLength(1));
    expect(quits[0]).toContain("SLACK_APP_TOKEN: the token was revoked.");
  });

  test.each([
    ["a page", { status: 200 }],
    ["“request timeout”", { status: 408 }],
    ["“forbidden”", { status: 403 }],
    ["“not found”", { status: 404 }],
    ["“too early”", { status: 425 }],
    ["“proxy login”", { status: 407 }],
    ["“bad gateway”", { status: 502 }],
  ])("while a proxy on the way answers %s is opened when Slack is back", async (_, failure) => {
    const { start, quits, log, clock } = openAdapter();
    await start();
    slack.fail({ method: "apps.connections.open", ...failure, times: 2 });
    slack.dropSockets();
    for (const pause of [0, 1_000, 2_000]) await clock.passWhenAsked(pause);
    await vi.waitFor(() => expect(log.text()).toContain("connected again"));
    expect(log.text()).toContain("Slack cannot be reached");
    expect(quits).toEqual([]);
    await clock.pass(60_000);
    expect(slack.sockets).toMatchObject({ opened: 2, live: 1 });
  });

  test("while Slack is away is opened when it is back", async () => {
    const { start, log, clock } = openAdapter();
    await start();
    slack.fail({ method: "apps.connections.open", drop: true });
    slack.dropSockets();
    for (const pause of [0, 1_000]) await clock.passWhenAsked(pause);
    await slack.until(() => slack.sockets.opened === 2);
    expect(log.text()).toContain("Slack cannot be reached");
  });
});

describe("a bot that was told to stop", () => {
  test("hears nothing more, and what comes then is left for the next", async () => {
    const { start, stop } = openAdapter();
    await start();
    await stop();
    await slack.until(() => slack.sockets.live === 0);
    slack.say({ in: slack.channel, text: `<@${slack.botUserId}> hello` });
    expect(slack.deliveries).toEqual([]);
    await stop();
  });

  test("while it connects again stays away", async () => {
    const { start, stop, clock } = openAdapter();
    await start();
    slack.fail({ method: "apps.connections.open", hangMs: 100 });
    slack.dropSockets();
    await clock.passWhenAsked(0);
    const opening = () => slack.requests.filter(({ method }) => method === "apps.connections.open")[1];
    await slack.until(() => opening() !== undefined);
    await stop();
    await slack.until(() => opening()?.status !== undefined);
    for (let hop = 0; hop < 20; hop++) await (await fetch(`${slack.apiUrl}auth.test`, { method: "POST" })).text();
    expect(slack.sockets.live).toBe(0);
  });
});

/** Serves each connection until the test is over. */
const serve = (port: number, connected: (socket: Socket) => void) => listen(createServer(connected), port);

async function listen(server: Server, port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
