import { type Client, type ClientOptions, type Message, Options } from "discord.js";

/** Of all channels together, and twenty in each at the most. */
const mostMessages = 20_000;
const mostUsers = 1_000;
const sweepSeconds = 60;
/** So long a message is at hand that was just spoken of. Milliseconds. */
const freshMs = 5 * 60_000;

/** discord.js keeps everybody whom it ever heard, and messages by the channel alone. What the bot needs is at hand, and no more. */
export function cacheOptions(client: () => Client | undefined): Pick<ClientOptions, "makeCache" | "sweepers"> {
  const isSelf = (user: { readonly id: string; readonly client: Client }) => user.id === user.client.user?.id;

  /** Of people's replies the newest stay: where one is deleted, Discord does not tell which message it replied to. */
  function needless(): (message: Message) => boolean {
    const stale = Date.now() - freshMs;
    const times = messagesIn(client()).map(({ createdTimestamp }) => createdTimestamp);
    const oldest = times.sort((a, b) => b - a)[mostMessages - 1] ?? 0;
    return ({ createdTimestamp, reference, author }) =>
      createdTimestamp < oldest || (createdTimestamp < stale && (reference === null || author.bot));
  }

  return {
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 20,
      ReactionManager: 0,
      PresenceManager: 0,
      ThreadMemberManager: 0,
      UserManager: { maxSize: mostUsers, keepOverLimit: isSelf },
      GuildMemberManager: { maxSize: 200, keepOverLimit: isSelf },
    }),
    sweepers: {
      ...Options.DefaultSweeperSettings,
      messages: { interval: sweepSeconds, filter: needless },
    },
  };
}

const messagesIn = (client: Client | undefined): readonly Message[] =>
  [...(client?.channels.cache.values() ?? [])].flatMap((channel) =>
    channel.isTextBased() ? [...channel.messages.cache.values()] : [],
  );
