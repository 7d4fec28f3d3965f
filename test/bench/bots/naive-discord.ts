import { Client, Events, GatewayIntentBits } from "discord.js";
import OpenAI from "openai";

// What a tutorial teaches: post a dot, edit it every second with all that has come, once more at the end.

const ai = new OpenAI({ baseURL: process.env["OPENAI_BASE_URL"], apiKey: "none" });
const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
  rest: { api: process.env["DISCORD_API_URL"] ?? "" },
});

client.on(Events.MessageCreate, async (message) => {
  if (message.author.bot || client.user === null || !message.mentions.has(client.user)) return;
  const reply = await message.reply("…");
  let [text, shown] = ["", ""];
  const edit = async () => {
    if (text === shown) return;
    shown = text;
    await reply.edit(text.slice(0, 2000)).catch(console.error);
  };
  const timer = setInterval(edit, 1000);
  const messages = [{ role: "user" as const, content: message.content }];
  const stream = await ai.chat.completions.create({ model: "test-model", stream: true, messages });
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  clearInterval(timer);
  await edit();
});

await client.login(process.env["DISCORD_TOKEN"]);
