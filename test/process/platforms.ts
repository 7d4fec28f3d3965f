import type { OpenAiEmulator } from "../emulators/openai/openai-emulator.ts";
import type { SpawnedParley, SpawnOptions } from "../support/spawn-parley.ts";
import { openWorld as openDiscord } from "./on-discord.ts";
import { openWorld as openSlack } from "./on-slack.ts";

/** A platform with the bot's process on it, for what is the same on each. */
export type Platform = {
  readonly name: string;
  open(): Promise<World>;
};

export type World = {
  readonly ai: OpenAiEmulator;
  start(options?: SpawnOptions): Promise<SpawnedParley>;
  /** Mentions the bot in a channel. */
  ask(text: string): Question;
  until(predicate: () => boolean): Promise<void>;
};

export type Question = {
  /** What people read in the thread below it. */
  texts(): readonly string[];
  /** Whether anything there looks as if it were being written. */
  isLive(): boolean;
  /** Says more in the thread; resolves when the bot has heard it. */
  followUp(text: string): Promise<void>;
  delete(): void;
  /** The platform tells the bot of it once more. */
  redeliver(): void;
  /** Presses the button below the answer. */
  tryAgain(): void;
};

export const onDiscord: Platform = {
  name: "Discord",
  async open() {
    const { discord, mention, ...world } = await openDiscord();
    return {
      ...world,
      until: (predicate) => discord.until(predicate),
      ask(text) {
        const { id, content } = discord.say({ in: discord.channel, text: mention(text) });
        const messages = () => discord.messages(id);
        return {
          texts: () => world.texts(id),
          isLive: () => messages().some(({ components = [] }) => components.length > 0),
          async followUp(more) {
            discord.say({ in: id, text: more });
            // A command needs no turn: its answer says that everything before it was heard.
            const asked = discord.say({ in: discord.channel, text: mention("help") });
            const isOwn = ({ authorId }: { readonly authorId: string }) => authorId === discord.botId;
            await discord.until(() =>
              [...discord.messages(discord.channel), ...discord.messages(asked.id)].some(isOwn),
            );
          },
          delete: () => discord.delete({ id }),
          redeliver: () => void discord.say({ in: discord.channel, text: content, messageId: id }),
          tryAgain() {
            const [message] = messages();
            if (message !== undefined) discord.press({ message, customId: `retry discord:${id}` });
          },
        };
      },
    };
  },
};

export const onSlack: Platform = {
  name: "Slack",
  async open() {
    const { slack, mention, ...world } = await openSlack();
    return {
      ...world,
      until: (predicate) => slack.until(predicate),
      ask(text) {
        const root = slack.say({ in: slack.channel, text: mention(text) });
        const messages = () => slack.messages(slack.channel, root);
        const status = () => slack.statuses(slack.channel, root).at(-1)?.status ?? "";
        return {
          texts: () => world.texts(root),
          isLive: () => status() !== "" || messages().some((one) => one.streaming || one.buttons.length > 0),
          async followUp(more) {
            slack.say({ in: slack.channel, thread: root, text: more });
            await slack.until(() => slack.deliveries.every(({ ackedAt }) => ackedAt !== undefined));
          },
          delete: () => slack.delete(root),
          redeliver: () => slack.redeliver(root),
          tryAgain() {
            const [message] = messages();
            if (message !== undefined) slack.press({ on: message, actionId: "retry" });
          },
        };
      },
    };
  },
};
