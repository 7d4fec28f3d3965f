import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { watch } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { spawnParley } from "../support/spawn-parley.ts";
import { key, openWorld, token } from "./on-discord.ts";

test("from start to the first answer, without a secret in the log", async () => {
  const { discord, ai, start, texts, mention } = await openWorld();
  const parley = await start({ env: { LOG_LEVEL: "debug" } });
  ai.replies({ text: "Four, of course." });
  const question = discord.say({ in: discord.channel, text: mention("What is 2+2?") });
  await discord.until(() => texts(question.id).at(-1) === "Four, of course.");
  parley.kill("SIGTERM");
  expect(await parley.exit()).toBe(0);
  expect(parley.output()).not.toContain(token);
  expect(parley.output()).not.toContain(key);
});

test("a key that the model's server refuses is named by its setting, in the thread and in the log, and never shown", async () => {
  const { discord, start, texts, mention } = await openWorld();
  const wrong = "sk-wrong-key-that-nobody-may-read";
  const parley = await start({ env: { OPENAI_API_KEY: wrong, LOG_LEVEL: "debug" } });
  await parley.until("OPENAI_API_KEY");
  const question = discord.say({ in: discord.channel, text: mention("Hello") });
  await discord.until(() => texts(question.id).at(-1)?.includes("OPENAI_API_KEY") === true);
  expect(texts(question.id).join()).not.toContain(wrong);
  expect(parley.output()).not.toContain(wrong);
});

test("with a second model's name that one answers where the first fails, and a start says so if the server does not list it", async () => {
  const { discord, ai, start, texts, mention } = await openWorld();
  ai.replyTo(({ body }) =>
    body["model"] === "spare" ? { text: "Four." } : { status: 404, error: { message: "no such model" } },
  );
  const parley = await start({ env: { FALLBACK_MODEL: "spare" } });
  expect(parley.output()).toMatch(/Model: test-model at [\d.:]+, or spare if it fails/);
  await parley.until("does not list FALLBACK_MODEL spare");
  const question = discord.say({ in: discord.channel, text: mention("What is 2+2?") });
  await discord.until(() => texts(question.id).at(-1) === "Four.\n\n*Answered by spare, because test-model failed.*");
});

test("without a model's settings the demo model answers, and says that it is a demo", async () => {
  const { discord, start, texts, mention } = await openWorld();
  const parley = await start({ env: { OPENAI_API_KEY: "", OPENAI_BASE_URL: "" } });
  expect(parley.output()).toContain("Model: the built-in demo, which is not an AI.");
  const question = discord.say({ in: discord.channel, text: mention("Who are you?") });
  await discord.until(() => texts(question.id).at(-1)?.includes("start me again.") === true);
  expect(texts(question.id).join()).toContain("demo model");
});

test("while Discord cannot be reached it stays and says so, and connects when it can", async () => {
  const { discord, texts, mention } = await openWorld();
  const port = await closedPort();
  const parley = spawnParley({ env: { DISCORD_TOKEN: token, DISCORD_API_URL: `http://127.0.0.1:${port}/api` } });
  await parley.until("Discord cannot be reached; trying again in 1 s");
  await serve(port, (socket) => {
    const onward = connect(Number(new URL(discord.apiUrl).port), "127.0.0.1");
    socket.on("error", () => onward.destroy()).pipe(onward);
    onward.on("error", () => socket.destroy()).pipe(socket);
  });
  await parley.until("the bot is in Discord");
  const question = discord.say({ in: discord.channel, text: mention("There you are") });
  await discord.until(() => texts(question.id).length > 0);
});

test("while Discord cannot be reached it can be ended", async () => {
  const port = await closedPort();
  const parley = spawnParley({ env: { DISCORD_TOKEN: token, DISCORD_API_URL: `http://127.0.0.1:${port}/api` } });
  await parley.until("trying again in 1 s");
  parley.kill("SIGTERM");
  expect(await parley.exit()).toBe(0);
});

test("while the gateway says nothing it can be ended", async () => {
  const gateway = Promise.withResolvers<void>();
  const silent = await serve(0, () => gateway.resolve());
  const discord = createHttpServer((_, response) => {
    const session_start_limit = { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 };
    const answer = { url: `ws://127.0.0.1:${silent}`, shards: 1, session_start_limit };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  const port = await listen(discord);
  const parley = spawnParley({ env: { DISCORD_TOKEN: token, DISCORD_API_URL: `http://127.0.0.1:${port}/api` } });
  await gateway.promise;
  parley.kill("SIGTERM");
  expect(await parley.exit()).toBe(0);
});

test("while the gateway says hello and then nothing, not even goodbye, it can be ended", async () => {
  const { discord, start } = await openWorld();
  const parley = await start();
  await discord.stop();
  const resumed = Promise.withResolvers<void>();
  const frozen = createHttpServer().on("upgrade", ({ headers }, socket) => {
    const accept = createHash("sha1").update(`${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
    socket.write(`Sec-WebSocket-Accept: ${accept.digest("base64")}\r\n\r\n`);
    const hello = JSON.stringify({ op: 10, d: { heartbeat_interval: 41_250 }, s: null, t: null });
    socket.write(Buffer.concat([Buffer.from([0x81, hello.length]), Buffer.from(hello)]));
    socket.once("data", () => resumed.resolve());
  });
  await listen(frozen, Number(new URL(discord.apiUrl).port));
  await resumed.promise;
  parley.kill("SIGTERM");
  expect(await parley.exit()).toBe(0);
});

test("the heartbeat that the image's health check looks at begins when the bot is connected", async () => {
  const { discord, start } = await openWorld();
  const parley = await start({ args: ["--heartbeat=./alive"] });
  for await (const _ of watch(parley.folder)) if (existsSync(join(parley.folder, "alive"))) break;
  expect(discord.gateway.identifies).toBe(1);
});

test("without a connection there is no heartbeat", async () => {
  const port = await closedPort();
  const env = { DISCORD_TOKEN: token, DISCORD_API_URL: `http://127.0.0.1:${port}/api` };
  const parley = spawnParley({ env, args: ["--heartbeat=./alive"] });
  await parley.until("trying again in 2 s");
  expect(existsSync(join(parley.folder, "alive"))).toBe(false);
});

test("what is said while the gateway's socket is gone is answered after the RESUME", async () => {
  const { discord, ai, start, texts, mention } = await openWorld();
  await start();
  ai.replyTo(({ messages }) => ({ text: `Heard: ${/(\w+)\n<\/message>$/.exec(messages.at(-1)?.content ?? "")?.[1]}` }));
  const question = discord.say({ in: discord.channel, text: mention("before") });
  await discord.until(() => texts(question.id).includes("Heard: before"));
  discord.dropGateway();
  const missed = discord.say({ in: discord.channel, text: mention("meanwhile") });
  discord.say({ in: question.id, text: "inside" });
  await discord.until(() => texts(missed.id).includes("Heard: meanwhile"));
  await discord.until(() => texts(question.id).includes("Heard: inside"));
  expect(discord.gateway).toMatchObject({ identifies: 1, resumes: 1 });
});

/** Serves each connection until the test is over; returns the port. */
async function serve(port: number, connected: (socket: Socket) => void): Promise<number> {
  return listen(createServer(connected), port);
}

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
