import { createHmac } from "node:crypto";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startSlack } from "../../emulators/slack/slack-emulator.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

let parley: SlackParley;
let port: number;

beforeAll(async () => {
  const slack = await startSlack({ mode: "http" });
  port = await freePort();
  const { signingSecret } = slack;
  const delivery = { kind: "http", signingSecret, host: "127.0.0.1", port } as const;
  parley = await startSlackParley({ at: slack, adapter: { delivery } });
  slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
}, 60_000);

afterAll(async () => {
  const { problems } = parley.slack;
  await parley.stop();
  expect(problems).toEqual([]);
});

async function answersMentions(): Promise<void> {
  const { slack } = parley;
  const root = slack.say({ in: slack.channel, text: `<@${slack.botUserId}> Hi` });
  await slack.until(() => slack.messages(slack.channel, root).some(({ text }) => text === "Hello! How can I help?"));
}

type Headers = Readonly<Record<string, string | number>>;

/** A socket of its own, on which a request's beginning is written. */
function begin(headers: Headers, { path = "/slack/events", method = "POST" } = {}): Socket {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  const lines = Object.entries({ host: "parley", ...headers }).map(([name, value]) => `${name}: ${value}`);
  socket.write([`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
  return socket;
}

/** All that the server answers until it closes the connection. */
async function statusOf(socket: Socket): Promise<number> {
  let answer = "";
  socket.on("data", (text) => {
    answer += text;
  });
  await new Promise((resolve) => socket.once("close", resolve));
  return Number(answer.split(" ")[1] ?? 0);
}

type Signing = { readonly secret?: string; readonly driftSeconds?: number; readonly type?: string };

function signed(text: string, { secret = parley.slack.signingSecret, driftSeconds = 0, type }: Signing = {}): Headers {
  const timestamp = Math.floor(Date.now() / 1_000) + driftSeconds;
  return {
    "content-type": type ?? "application/json",
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${text}`).digest("hex")}`,
  };
}

/** A request as Slack makes it. */
function send(text: string, signing: Signing = {}): Socket {
  const length = Buffer.byteLength(text);
  const socket = begin({ ...signed(text, signing), "content-length": length, connection: "close" });
  socket.write(text);
  return socket;
}

const post = (text: string, signing: Signing = {}): Promise<number> => statusOf(send(text, signing));

const json = { "content-type": "application/json", "content-length": 3_900_000 };
const now = () => Math.floor(Date.now() / 1_000);
const digest = "0".repeat(64);

test.each<[string, () => Headers]>([
  ["no signature", () => json],
  ["no time", () => ({ ...json, "x-slack-signature": `v0=${digest}` })],
  ["no digest", () => ({ ...json, "x-slack-signature": "v0=", "x-slack-request-timestamp": now() })],
  ["another version", () => ({ ...json, "x-slack-signature": `v1=${digest}`, "x-slack-request-timestamp": now() })],
  ["a time in words", () => ({ ...json, "x-slack-signature": `v0=${digest}`, "x-slack-request-timestamp": "now" })],
  ["no time at all", () => ({ ...json, "x-slack-signature": `v0=${digest}`, "x-slack-request-timestamp": "NaN" })],
  ["an old time", () => ({ ...json, "x-slack-signature": `v0=${digest}`, "x-slack-request-timestamp": now() - 400 })],
  ["a time ahead", () => ({ ...json, "x-slack-signature": `v0=${digest}`, "x-slack-request-timestamp": now() + 400 })],
  ["no length", () => ({ "content-type": "application/json", "transfer-encoding": "chunked" })],
])("with %s a request is refused before any of its body was sent", async (_, headers) => {
  expect(await statusOf(begin(headers()))).toBe(401);
});

test.each([-36_000, -310, 310, 36_000])(
  "a request signed %i seconds away from now is refused",
  async (driftSeconds) => {
    expect(await post('{"type":"event_callback"}', { driftSeconds })).toBe(401);
  },
);

test.each([-240, 240])("a clock that is %i seconds off is no forgery", async (driftSeconds) => {
  expect(await post('{"type":"url_verification","challenge":"x"}', { driftSeconds })).toBe(200);
});

test.each<[string, number, Headers]>([
  ["larger than Slack's are", 413, { "content-length": 3_000_000 }],
  ["compressed", 415, { "content-length": 100, "content-encoding": "gzip" }],
])("a body that is %s is refused before it was sent", async (_, status, headers) => {
  expect(await statusOf(begin({ ...signed("x"), ...headers }))).toBe(status);
});

test("a body without a length is read to the limit and no further", async () => {
  const socket = begin({ ...signed("x"), "transfer-encoding": "chunked" });
  const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
  const status = statusOf(socket);
  for (let sent = 0; sent < 40 && !socket.destroyed; sent++) socket.write(chunk);
  expect([413, 0]).toContain(await status); // 0 where the end of the connection overtook the answer
});

const nested = (open: string) => open.repeat(100_000);
const inForm = (payload: string) => new URLSearchParams({ payload }).toString();
const form = { type: "application/x-www-form-urlencoded" };

test.each<[string, string, Signing?]>([
  ["null", "null"],
  ["a list", "[]"],
  ["a text", '"x"'],
  ["a number", "1"],
  ["a truth", "true"],
  ["nothing", ""],
  ["a beginning", "{"],
  ["no JSON", "hello"],
  ["lists in lists", nested("[")],
  ["objects in objects that never end", nested('{"a":')],
  ["a form of null", inForm("null"), form],
  ["a form of a list", inForm("[1]"), form],
  ["a form of a text", inForm('"x"'), form],
  ["a form of nothing", inForm(""), form],
  ["a form of a beginning", inForm("{"), form],
  ["a form of two", `${inForm("{}")}&${inForm("{}")}`, form],
])("signed, a body that is %s is refused", async (_, text, signing) => {
  expect(await post(text, signing)).toBe(400);
});

test("a body of a strange form does no harm", async () => {
  const types = [
    "event_callback",
    "block_actions",
    "view_submission",
    "message_action",
    "shortcut",
    "app_rate_limited",
  ];
  const odd = [null, 1, "x", [], {}, { type: null }, { type: "message" }, { type: "app_mention", channel: null }];
  const bodies = [
    "{}",
    `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
    '{"type":null}',
    '{"type":{}}',
    ...types.flatMap((type) => [
      JSON.stringify({ type }),
      ...odd.map((event) =>
        JSON.stringify({ type, event, event_id: "Ev1", actions: event, view: event, message: event }),
      ),
    ]),
  ];
  const forms = ["command=%2Fparley", "command[]=1", "payload={}", "&&&"];
  // Bolt answers some of them only when its time is up.
  const sent = [...bodies.map((text) => send(text)), ...forms.map((text) => send(text, form))];
  await Promise.all(sent.map((socket) => new Promise<void>((resolve) => socket.end(resolve))));
  await answersMentions();
});

test("Slack's own test of the address needs no signature, and brings nothing along", async () => {
  const unsigned = (text: string) => {
    const socket = begin({ "content-type": form.type, "content-length": text.length, connection: "close" });
    socket.write(text);
    return statusOf(socket);
  };
  expect(await unsigned("ssl_check=1&token=x")).toBe(200);
  expect(await unsigned("command=%2Fparley&text=help")).toBe(401);
  expect(await unsigned("payload=%7B%7D&ssl_check=0")).toBe(401);
  expect(await statusOf(begin({ "content-type": form.type, "content-length": 5_000 }))).toBe(401);
});

test("bodies that never end hold little, and the next question is answered", async () => {
  const sockets = Array.from({ length: 24 }, () => begin({ ...signed("x"), "content-length": 2_000_000 }));
  let closed = 0;
  for (const socket of sockets) socket.once("close", () => closed++);
  for (const socket of sockets) socket.write(Buffer.alloc(1_900_000));
  await expect.poll(() => closed, { timeout: 4_000 }).toBeGreaterThanOrEqual(24 - 17);
  await answersMentions();
});

test("connections on which nothing comes do not keep Slack out", async () => {
  const sockets = Array.from({ length: 600 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  let closed = 0;
  for (const socket of sockets) socket.once("close", () => closed++);
  await expect.poll(() => closed, { timeout: 4_000 }).toBeGreaterThanOrEqual(100);
  await answersMentions();
  for (const socket of sockets) socket.destroy();
});

test("strangers' requests do not fill the log", async () => {
  const before = parley.log.text();
  await Promise.all(Array.from({ length: 20 }, () => statusOf(begin(json))));
  await Promise.all(Array.from({ length: 20 }, () => post("{}", { secret: "a-guess" })));
  const after = parley.log.text().slice(before.length);
  expect(after.split("\n").filter(Boolean).length).toBeLessThanOrEqual(1);
  expect(after).toContain("SLACK_SIGNING_SECRET");
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}
