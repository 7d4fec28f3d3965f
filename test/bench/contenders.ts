import { type BotProcess, startBot } from "./bot-process.ts";
import type { Platform, Stage } from "./stage.ts";

export type Contender = {
  readonly name: string;
  /** What Node is told to run, files from this folder. */
  readonly start: Readonly<Record<Platform, readonly string[]>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it needs the packages of this folder, which are installed for the benchmark alone. */
  readonly foreign?: true;
};

/** As `npm start` does. */
const parley = ["--max-semi-space-size=4", "../../src/node.mjs", "../../src/main.ts"];
const yardstick = { discord: ["bots/yardstick-discord.ts"], slack: ["bots/yardstick-slack.ts"] };

export const contenders: readonly Contender[] = [
  { name: "parley", start: { discord: parley, slack: parley } },
  { name: "yardstick", start: yardstick },
  { name: "yardstick in threads", start: yardstick, env: { THREADS: "1" } },
  { name: "naive", start: { discord: ["bots/naive-discord.ts"], slack: ["bots/naive-slack.ts"] } },
  { name: "chat-sdk", start: { discord: ["bots/chat-sdk.ts"], slack: ["bots/chat-sdk.ts"] }, foreign: true },
];

/** Starts a contender on a stage; resolves when it is connected, with how long that took. */
export async function enter(contender: Contender, stage: Stage): Promise<{ bot: BotProcess; coldStartMs: number }> {
  const bot = startBot(contender.start[stage.platform], { ...stage.env, ...contender.env, PLATFORM: stage.platform });
  try {
    await stage.ready();
  } catch (error) {
    const complaints = bot.complaints();
    await bot.stop();
    throw new Error(`${contender.name} does not connect\n${complaints}`, { cause: error });
  }
  return { bot, coldStartMs: performance.now() - bot.startedAt };
}
