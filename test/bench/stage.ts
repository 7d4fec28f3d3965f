import { type Discord, startDiscord } from "../emulators/discord/discord-emulator.ts";
import { type OpenAiEmulator, startOpenAi } from "../emulators/openai/openai-emulator.ts";
import { type Slack, startSlack } from "../emulators/slack/slack-emulator.ts";
import type { Messages, State } from "./correctness.ts";

export type Platform = "discord" | "slack";

/** A question that was asked, and how to read what the bot wrote where it stands. */
export type Asked = { readonly at: number; readonly channel: string; readonly message: string };

/** A platform with its documented limits, a model, and what both recorded. */
export type Stage = {
  readonly platform: Platform;
  readonly ai: OpenAiEmulator;
  /** What every bot needs to reach both. */
  readonly env: Readonly<Record<string, string>>;
  addChannel(): string;
  /** Mentions the bot. */
  ask(channel: string, text: string): Asked;
  /** What the bot wrote into a channel and its threads, in the order in which it is read. */
  written(channel: string): Messages;
  /** Calls to the platform's API so far. */
  calls(): number;
  refused(): number;
  /** When something last happened, or will happen by itself because a refused call may be repeated then. */
  busyUntil(): number;
  problems(): readonly string[];
  ready(): Promise<void>;
  stop(): Promise<void>;
};

const readyMs = 120_000;

export async function openStage(platform: Platform, roundTripMs: number): Promise<Stage> {
  const ai = await startOpenAi();
  switch (platform) {
    case "discord":
      return discordStage(await startDiscord({ latencyMs: roundTripMs }), ai);
    case "slack":
      return slackStage(await startSlack({ latencyMs: roundTripMs }), ai);
  }
}

const forModel = (ai: OpenAiEmulator) => ({
  OPENAI_BASE_URL: ai.baseUrl,
  OPENAI_API_KEY: "sk-not-a-real-key",
  MODEL: "test-model",
  LOG_LEVEL: "error",
});

/** Each channel has somebody of its own who asks there: no bot answers one person everywhere at once. */
function createAskers(addUser: (name: string) => { readonly id: string }): (channel: string) => string {
  const askers = new Map<string, string>();
  return (channel) => {
    const asker = askers.get(channel) ?? addUser(`asker-${askers.size}`).id;
    askers.set(channel, asker);
    return asker;
  };
}

function discordStage(discord: Discord, ai: OpenAiEmulator): Stage {
  const askerIn = createAskers((name) => discord.addUser(name));
  return {
    platform: "discord",
    ai,
    env: {
      ...forModel(ai),
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_APPLICATION_ID: discord.applicationId,
    },
    addChannel: () => discord.addChannel().id,
    ask(channel, text) {
      const { id, createdAt } = discord.say({ in: channel, by: askerIn(channel), text: `<@${discord.botId}> ${text}` });
      return { at: createdAt, channel, message: id };
    },
    written: (channel) =>
      [channel, ...discord.threads(channel).map(({ id }) => id)]
        .flatMap((place) => discord.messages(place))
        .filter(({ authorId }) => authorId === discord.botId)
        .map(({ states }) => states.map(({ at, content }): State => ({ at, text: content }))),
    calls: () => discord.requests.length,
    refused: () => discord.rateLimited.length,
    busyUntil: () => lastOf(discord.requests, discord.rateLimited, ({ retryAfterMs }) => retryAfterMs),
    problems: () => [...discord.problems, ...ai.problems],
    ready: () => discord.ready(readyMs),
    stop: async () => {
      await discord.stop();
      await ai.stop();
    },
  };
}

function slackStage(slack: Slack, ai: OpenAiEmulator): Stage {
  const askerIn = createAskers((name) => slack.addUser(name));
  return {
    platform: "slack",
    ai,
    env: {
      ...forModel(ai),
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
    },
    addChannel: () => slack.addChannel().id,
    ask(channel, text) {
      const at = performance.now();
      const { ts } = slack.say({ in: channel, by: askerIn(channel), text: `<@${slack.botUserId}> ${text}` });
      return { at, channel, message: ts };
    },
    written: (channel) => {
      const roots = slack.messages(channel);
      return roots
        .flatMap((root) => [root, ...slack.messages(channel, root)])
        .filter((message, index, all) => message.userId === slack.botUserId && all.indexOf(message) === index)
        .map(({ states }) => states.map(toState));
    },
    calls: () => slack.requests.length,
    refused: () => slack.rateLimited.length,
    busyUntil: () => lastOf(slack.requests, slack.rateLimited, ({ retryAfter }) => retryAfter * 1_000),
    problems: () => [...slack.problems, ...ai.problems],
    ready: () => slack.ready(readyMs),
    stop: async () => {
      await slack.stop();
      await ai.stop();
    },
  };
}

/** What Slack appends to cannot be closed before its end. */
function toState({ at, text, how }: { readonly at: number; readonly text: string; readonly how: string }): State {
  return { at, text, grows: how === "start" || how === "append" };
}

function lastOf<T extends { readonly at: number }>(
  requests: readonly { readonly at: number }[],
  refused: readonly T[],
  waitMs: (refusal: T) => number,
): number {
  return Math.max(requests.at(-1)?.at ?? 0, ...refused.map((refusal) => refusal.at + waitMs(refusal)));
}
