import { type Bot, createBot } from "./bot.ts";
import { createDice, type Dice } from "./dice.ts";
import { openDiscordSide } from "./discord-side.ts";
import { createHappenings, type Happenings } from "./happenings.ts";
import { type Model, openModel } from "./model.ts";
import type { HarmKind } from "./notices.ts";
import type { Deed, Platform, Question, Side } from "./side.ts";
import { openSlackSide } from "./slack-side.ts";
import type { Stored } from "./stored.ts";

/** Everything of one run: both platforms, the model, the bot, and what has happened. */
export type Stage = {
  readonly dice: Dice;
  readonly sides: readonly Side[];
  readonly model: Model;
  readonly bot: Bot;
  /** The bot's settings. */
  readonly env: Readonly<Record<string, string>>;
  readonly happenings: Happenings;
  /** What the process itself did wrong. */
  readonly misdeeds: string[];
  readonly questions: Question[];
  readonly deeds: Deed[];
  readonly cuts: { readonly at: number; readonly platform: Platform; readonly forgotten: boolean }[];
  readonly harms: { readonly at: number; readonly kind: HarmKind }[];
  /** When the store's file was held by another, or there was no room for it. */
  readonly locks: { readonly from: number; readonly to: number; readonly isFull?: true }[];
  readonly stores: Stored[];
  /** Looks into the store. Right after a kill: what is there then, no crash can lose. */
  look(): void;
  sideOf(question: Question): Side;
  close(how: { readonly keep: boolean }): Promise<void>;
};

export type StageOptions = {
  readonly seed: number;
  readonly env: Readonly<Record<string, string>>;
  readonly main?: string | undefined;
  readonly echo: (line: string) => void;
};

export async function openStage({ seed, env, main, echo }: StageOptions): Promise<Stage> {
  const dice = createDice(seed);
  const sides = [await openDiscordSide(), await openSlackSide()];
  const model = await openModel(createDice(seed + 1));
  const connected = async (timeoutMs: number) => {
    await Promise.all(sides.map((side) => side.connected(timeoutMs)));
  };
  const all = Object.assign({}, ...sides.map((side) => side.env), model.env, env) as Record<string, string>;
  const happenings = createHappenings(echo);
  const misdeeds: string[] = [];
  const died = (end: string) => {
    misdeeds.push(`the process ended by itself: ${end}`);
    happenings.note(misdeeds.at(-1) ?? "");
  };
  const bot = createBot({ env: all, connected, died, main });
  const stores: Stored[] = [];
  return {
    dice,
    sides,
    model,
    bot,
    env: all,
    happenings,
    misdeeds,
    questions: [],
    deeds: [],
    cuts: [],
    harms: [],
    locks: [],
    stores,
    look: () => void stores.push(bot.stored()),
    sideOf: ({ thread }) => sides.find(({ platform }) => platform === thread.platform) ?? raise(thread.platform),
    async close(how) {
      await bot.close(how);
      await Promise.all([...sides.map((side) => side.stop()), model.stop()]);
    },
  };
}

function raise(platform: Platform): never {
  throw new Error(`no side for ${platform}`);
}
