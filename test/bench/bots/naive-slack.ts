import bolt from "@slack/bolt";
import OpenAI from "openai";

// What a tutorial teaches: post a dot, edit it every second with all that has come, once more at the end.

const ai = new OpenAI({ baseURL: process.env["OPENAI_BASE_URL"], apiKey: "none" });
const app = new bolt.App({
  token: process.env["SLACK_BOT_TOKEN"] ?? "",
  appToken: process.env["SLACK_APP_TOKEN"] ?? "",
  socketMode: true,
  clientOptions: { slackApiUrl: process.env["SLACK_API_URL"] ?? "" },
});

app.event("app_mention", async ({ event, client }) => {
  const { channel, ts: thread_ts } = event;
  const { ts = "" } = await client.chat.postMessage({ channel, thread_ts, text: "…" });
  let [text, shown] = ["", ""];
  const edit = async () => {
    if (text === shown) return;
    shown = text;
    await client.chat.update({ channel, ts, text: text.slice(0, 4000) }).catch(console.error);
  };
  const timer = setInterval(edit, 1000);
  const messages = [{ role: "user" as const, content: event.text }];
  const stream = await ai.chat.completions.create({ model: "test-model", stream: true, messages });
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  clearInterval(timer);
  await edit();
});

await app.start();
