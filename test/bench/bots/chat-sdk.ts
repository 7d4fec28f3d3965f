import { createRequire } from "node:module";
import { createDiscordAdapter } from "@chat-adapter/discord";
import { createSlackAdapter } from "@chat-adapter/slack";
import { createMemoryState } from "@chat-adapter/state-memory";
import { Chat } from "chat";
import OpenAI from "openai";

// Vercel's Chat SDK as its documents say, with its defaults: post the model's stream to the thread of the mention.

const { PLATFORM, DISCORD_API_URL = "", DISCORD_TOKEN, DISCORD_APPLICATION_ID, SLACK_API_URL } = process.env;
const ai = new OpenAI({ baseURL: process.env["OPENAI_BASE_URL"], apiKey: "none" });

// The adapter opens discord.js without a way to say where Discord is, and writes one address of its own out in full.
createRequire(import.meta.url)("@discordjs/rest").DefaultRestOptions.api = DISCORD_API_URL;
const { fetch } = globalThis;
globalThis.fetch = (input, init) =>
  fetch(typeof input === "string" ? input.replace("https://discord.com/api", DISCORD_API_URL) : input, init);

const discord = () =>
  createDiscordAdapter({
    botToken: DISCORD_TOKEN,
    applicationId: DISCORD_APPLICATION_ID,
    publicKey: "0".repeat(64),
    apiUrl: `${DISCORD_API_URL}/v10`,
  });
const slack = () => createSlackAdapter({ mode: "socket", apiUrl: SLACK_API_URL });

const adapters = PLATFORM === "discord" ? { discord: discord() } : { slack: slack() };
const bot = new Chat({ userName: "parley", adapters, state: createMemoryState(), logger: "error" });

async function* answer(text: string): AsyncIterable<string> {
  const messages = [{ role: "user" as const, content: text }];
  const stream = await ai.chat.completions.create({ model: "test-model", stream: true, messages });
  for await (const chunk of stream) yield chunk.choices[0]?.delta.content ?? "";
}

bot.onNewMention(async (thread, message) => {
  await thread.post(answer(message.text));
});

await bot.initialize();
if ("discord" in adapters) {
  const day = 24 * 60 * 60_000;
  await adapters.discord.startGatewayListener({ waitUntil: () => undefined }, day);
}
