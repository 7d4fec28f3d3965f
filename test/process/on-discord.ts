import { expect, onTestFinished } from "vitest";
import { type Discord, type DiscordOptions, startDiscord } from "../emulators/discord/discord-emulator.ts";
import { type OpenAiEmulator, startOpenAi } from "../emulators/openai/openai-emulator.ts";
import { openFolder, type SpawnedParley, type SpawnOptions, spawnParley } from "../support/spawn-parley.ts";

export const token = "MTAwMDAwMDAw.not-a-real.token-of-discord";
export const key = "sk-not-a-real-key-of-openai";

export type OnDiscord = {
  readonly discord: Discord;
  readonly ai: OpenAiEmulator;
  /** Starts the bot, again in the same folder if it ran before, and resolves when it is connected. */
  start(options?: SpawnOptions): Promise<SpawnedParley>;
  /** What people read in a channel or a thread. */
  texts(channel: string): readonly string[];
  mention(text: string): string;
};

/** Both servers that the bot talks to, in this process, and a folder that outlives each run of the bot. */
export async function openWorld(options: DiscordOptions = {}): Promise<OnDiscord> {
  const discord = await startDiscord({ token, ...options });
  const ai = await startOpenAi({ key });
  onTestFinished(async () => {
    await ai.stop();
    await discord.stop();
    expect([...discord.problems, ...ai.problems]).toEqual([]);
    expect(discord.rateLimited).toEqual([]);
  });
  const folder = openFolder();
  return {
    discord,
    ai,
    async start({ env = {}, ...options } = {}) {
      const parley = spawnParley({ folder, ...options, env: { ...settingsFor(discord, ai), ...env } });
      await parley.until("the bot is in Discord");
      return parley;
    },
    texts: (channel) => discord.messages(channel).map(({ content }) => content),
    mention: (text) => `<@${discord.botId}> ${text}`,
  };
}

function settingsFor(discord: Discord, ai: OpenAiEmulator): Readonly<Record<string, string>> {
  return {
    DISCORD_TOKEN: token,
    DISCORD_API_URL: discord.apiUrl,
    OPENAI_API_KEY: key,
    OPENAI_BASE_URL: ai.baseUrl,
    MODEL: "test-model",
  };
}
