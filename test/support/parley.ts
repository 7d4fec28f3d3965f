import { createDiscord, type DiscordSettings } from "../../adapters/discord/index.ts";
import { type Discord, type DiscordOptions, startDiscord } from "../emulators/discord/discord-emulator.ts";
import type { Rates } from "../emulators/discord/rate-limits.ts";
import { type CoreOptions, type OpenedCore, openCore } from "./core.ts";

export type Parley = Pick<OpenedCore, "ai" | "log" | "store"> & {
  readonly discord: Discord;
  readonly quits: readonly (string | undefined)[];
  stop(): Promise<void>;
};

export type ParleyOptions = CoreOptions & {
  readonly discord?: DiscordOptions;
  readonly adapter?: Partial<DiscordSettings>;
};

/**
 * Windows as Discord's for messages, but short, so that nobody waits for them: the bot reads them from the answers. What is about
 * Discord's own has `{}` as its rates.
 */
const shortWindows: Rates = {
  "POST /channels/:channel/messages": [5, 500],
  "PATCH /channels/:channel/messages/:message": [5, 500],
};

/** The whole bot with the real clients: discord.js on the Discord emulator, openai on the OpenAI emulator, SQLite in memory. */
export async function startParley(options: ParleyOptions = {}): Promise<Parley> {
  const discord = await startDiscord({
    ...(options.time === undefined ? {} : { clock: options.time }),
    rates: shortWindows,
    ...options.discord,
  });
  const { bot, context, stop, ...core } = await openCore(options);
  const settings: DiscordSettings = {
    token: discord.token,
    apiUrl: discord.apiUrl,
    replyIn: "thread",
    followThreads: true,
    ...options.adapter,
  };
  const adapter = createDiscord(settings, context);
  await adapter.start(bot.receive);

  return {
    ...core,
    discord,
    quits: context.quits,
    async stop() {
      await adapter.stop();
      await stop().finally(discord.stop);
    },
  };
}
