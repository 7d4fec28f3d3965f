import { startDiscord } from "../emulators/discord/discord-emulator.ts";
import { startSlack } from "../emulators/slack/slack-emulator.ts";

/** A platform with threads and people, as the soak sees it. */
export type SoakStage = {
  readonly env: Readonly<Record<string, string>>;
  connected(): Promise<void>;
  /** Somebody says something in a thread, to the bot or not. */
  say(thread: number, person: number, text: string, mentions: boolean): void;
  /** What the platform's documents have against the bot's requests. */
  readonly problems: readonly string[];
  stop(): Promise<void>;
};

export type SoakSize = { readonly threads: number; readonly people: number };

export function openStage(platform: string, size: SoakSize): Promise<SoakStage> {
  if (platform === "discord") return openDiscordStage(size);
  if (platform === "slack") return openSlackStage(size);
  throw new Error("--platform must be discord or slack");
}

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

function at<T>(all: readonly T[], index: number): T {
  const one = all[index];
  if (one === undefined) throw new RangeError(`there is no ${index}`);
  return one;
}

async function openDiscordStage({ threads, people }: SoakSize): Promise<SoakStage> {
  const discord = await startDiscord();
  const persons = times(people, (index) => discord.addUser(`person-${index}`).id);
  const rooms = times(threads, (index) => discord.openThread({ in: discord.channel, name: `thread ${index}` }).id);
  return {
    env: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl },
    connected: () => discord.ready(60_000),
    say(thread, person, text, mentions) {
      const said = mentions ? `<@${discord.botId}> ${text}` : text;
      discord.say({ in: at(rooms, thread), by: at(persons, person), text: said });
    },
    problems: discord.problems,
    stop: discord.stop,
  };
}

/** Slack's own limits are another benchmark's matter. */
const tiers = Object.fromEntries(
  ["chat.startStream", "chat.stopStream", "chat.appendStream", "chat.update", "chat.postMessage"].map((method) => [
    method,
    100_000,
  ]),
);

async function openSlackStage({ threads, people }: SoakSize): Promise<SoakStage> {
  const slack = await startSlack({ tiers });
  const persons = times(people, (index) => slack.addUser(`person-${index}`).id);
  // In one channel a bot may post once a second.
  const channels = times(50, (index) => slack.addChannel({ name: `channel-${index}` }));
  const roots = times(threads, (index) => {
    const channel = at(channels, index % channels.length);
    return { channel, ts: slack.say({ in: channel, text: `thread ${index}`, silent: true }).ts };
  });
  return {
    env: { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, SLACK_API_URL: slack.apiUrl },
    connected: () => slack.until(() => slack.sockets.live > 0, 60_000),
    say(thread, person, text, mentions) {
      const said = mentions ? `<@${slack.botUserId}> ${text}` : text;
      const { channel, ts } = at(roots, thread);
      slack.say({ in: channel, thread: ts, by: at(persons, person), text: said });
    },
    problems: slack.problems,
    stop: slack.stop,
  };
}
