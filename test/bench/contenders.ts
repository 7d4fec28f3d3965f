import { type BotProcess, startBot } from "./bot-process.ts";
import type { Platform, Stage } from "./stage.ts";

export type Contender = {
  readonly name: string;
  /** From this folder. */
  readonly file: Readonly<Record<Platform, string>>;
  /** Whether it needs the packages of this folder, which are installed for the benchmark alone. */
  readonly foreign?: true;
};

export const contenders: readonly Contender[] = [
  { name: "parley", file: { discord: "../../src/main.ts", slack: "../../src/main.ts" } },
  { name: "naive", file: { discord: "bots/naive-discord.ts", slack: "bots/naive-slack.ts" } },
  { name: "chat-sdk", file: { discord: "bots/chat-sdk.ts", slack: "bots/chat-sdk.ts" }, foreign: true },
];

/** Starts a contender on a stage; resolves when it is connected, with how long that took. */
export async function enter(contender: Contender, stage: Stage): Promise<{ bot: BotProcess; coldStartMs: number }> {
  const bot = startBot(contender.file[stage.platform], { ...stage.env, PLATFORM: stage.platform });
  try {
    await stage.ready();
  } catch (error) {
    const complaints = bot.complaints();
    await bot.stop();
    throw new Error(`${contender.name} does not connect\n${complaints}`, { cause: error });
  }
  return { bot, coldStartMs: performance.now() - bot.startedAt };
}
