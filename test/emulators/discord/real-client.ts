import { Client, Events, GatewayIntentBits, Partials, type SendableChannels } from "discord.js";
import { onTestFinished } from "vitest";
import { type Discord, type DiscordOptions, startDiscord } from "./discord-emulator.ts";

const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
];

export type Opened = { readonly discord: Discord; readonly client: Client };

/** An emulator and a real discord.js client that is not logged in; both end with the test. */
export async function openClient(
  options: DiscordOptions & { readonly intents?: readonly number[] } = {},
): Promise<Opened> {
  const discord = await startDiscord(options);
  const client = new Client({
    intents: options.intents ?? intents,
    partials: [Partials.Channel],
    rest: { api: discord.apiUrl },
  });
  onTestFinished(async () => {
    await client.destroy();
    await discord.stop();
  });
  return { discord, client };
}

/** The same, logged in; `listen` adds its listeners before the first event can come. */
export async function connect(
  listen: (client: Client) => void = () => {},
  options: DiscordOptions & { readonly intents?: readonly number[] } = {},
): Promise<Opened> {
  const opened = await openClient(options);
  listen(opened.client);
  const ready = new Promise((resolve) => opened.client.once(Events.ClientReady, resolve));
  await opened.client.login(opened.discord.token);
  await ready;
  return opened;
}

export async function textChannel(client: Client, id: string): Promise<SendableChannels> {
  const channel = await client.channels.fetch(id);
  if (!channel?.isSendable()) throw new Error(`channel ${id} takes no messages`);
  return channel;
}
