import { type Client, type ClientOptions, type Message, Options } from "discord.js";

/** Of all channels together; twenty in each are enough to know what a reply points at, and what was deleted. */
const mostMessages = 20_000;
const mostUsers = 1_000;
const sweepSeconds = 60;

/** discord.js keeps everybody whom it ever heard, and messages by the channel alone. What the bot needs is at hand, and no more. */
export function cacheOptions(client: () => Client | undefined): Pick<ClientOptions, "makeCache" | "sweepers"> {
  const isSelf = (user: { readonly id: string; readonly client: Client }) => user.id === user.client.user?.id;

  /** The newest stay. */
  function tooMany(): (message: Message) => boolean {
    const times = messagesIn(client()).map(({ createdTimestamp }) => createdTimestamp);
    const oldest = times.sort((a, b) => b - a)[mostMessages - 1] ?? 0;
    return ({ createdTimestamp }) => createdTimestamp < oldest;
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
      messages: { interval: sweepSeconds, filter: tooMany },
    },
  };
}

const messagesIn = (client: Client | undefined): readonly Message[] =>
  [...(client?.channels.cache.values() ?? [])].flatMap((channel) =>
    channel.isTextBased() ? [...channel.messages.cache.values()] : [],
  );
