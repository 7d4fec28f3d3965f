import { expect, onTestFinished } from "vitest";
import { type OpenAiEmulator, startOpenAi } from "../emulators/openai/openai-emulator.ts";
import type { MessageRecord } from "../emulators/slack/records.ts";
import { type Slack, startSlack } from "../emulators/slack/slack-emulator.ts";
import { openFolder, type SpawnedParley, type SpawnOptions, spawnParley } from "../support/spawn-parley.ts";

export const key = "sk-not-a-real-key-of-openai";

export type OnSlack = {
  readonly slack: Slack;
  readonly ai: OpenAiEmulator;
  /** Starts the bot, again in the same folder if it ran before, and resolves when it is connected. */
  start(options?: SpawnOptions): Promise<SpawnedParley>;
  mention(text: string): string;
  /** What people read in a thread. */
  texts(root: MessageRecord): readonly string[];
};

/** Both servers that the bot talks to, in this process, and a folder that outlives each run of the bot. */
export async function openWorld(): Promise<OnSlack> {
  const slack = await startSlack();
  const ai = await startOpenAi({ key });
  onTestFinished(async () => {
    await ai.stop();
    await slack.stop();
    expect([...slack.problems, ...ai.problems]).toEqual([]);
    expect(slack.rateLimited).toEqual([]);
  });
  const folder = openFolder();
  const settings = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    OPENAI_API_KEY: key,
    OPENAI_BASE_URL: ai.baseUrl,
    MODEL: "test-model",
  };
  return {
    slack,
    ai,
    async start({ env = {}, ...options } = {}) {
      const parley = spawnParley({ folder, ...options, env: { ...settings, ...env } });
      await parley.until("Slack is connected by Socket Mode");
      return parley;
    },
    mention: (text) => `<@${slack.botUserId}> ${text}`,
    texts: (root) => slack.messages(slack.channel, root).map(({ text }) => text),
  };
}
