// This adapter connects discord.js to the port: it listens to the gateway, and writes by the REST API.
// A mention in a channel starts a thread, in which the conversation goes on; replies are edited as they grow.
// Discord allows few edits, so rest-limits.ts learns from each response what is left and tells the core's budget.

import {
  Client,
  Events,
  GatewayIntentBits,
  type Message,
  type PartialMessage,
  Partials,
  PermissionsBitField,
  type SendableChannels,
  type TextBasedChannel,
} from "discord.js";
import {
  type Adapter,
  type AdapterContext,
  type EditedEvent,
  type MessageEvent,
  noSurface,
  type Receive,
} from "../../src/port/index.ts";
import { cacheOptions } from "./caches.ts";
import { nonceOfEdit, toDeletedEvent, toEditedEvent } from "./changes.ts";
import { toApplicationCommands } from "./commands.ts";
import { closedForGood, connect } from "./connect.ts";
import { toPlatformError } from "./errors.ts";
import { fileServer } from "./files.ts";
import { type ReplyIn, toMessageEvent } from "./inbound.ts";
import { onInteraction } from "./interactions.ts";
import { catchOddPackets } from "./odd-packets.ts";
import { recall } from "./recall.ts";
import { createRestLimits, type RestLimits } from "./rest-limits.ts";
import { createMessageSurface } from "./surface.ts";
import type { QuestionRef } from "./threads.ts";

export type DiscordSettings = {
  readonly token: string;
  /** Without the version: https://discord.com/api */
  readonly apiUrl: string;
  readonly replyIn: ReplyIn;
  readonly followThreads: boolean;
};

export function createDiscord(settings: DiscordSettings, context: AdapterContext): Adapter {
  const { log } = context;
  const stopping = new AbortController();
  const requests = createRestLimits(context);
  let client: Client<true> | undefined;

  return {
    platform: "discord",
    async start(receive) {
      const open = (messageContent: boolean) => {
        const opened = createClient(settings, messageContent, { ...context, requests });
        listen(opened, receive, settings, { ...context, requests });
        return opened;
      };
      client = await connect({
        open,
        token: settings.token,
        apiUrl: settings.apiUrl,
        context,
        signal: stopping.signal,
      });
      if (client === undefined) return; // stopped before it was there
      client.on(Events.ShardDisconnect, ({ code }) => context.quit(closedForGood(code)));
      const { application, user } = client;
      log.info({ user: user.tag, servers: client.guilds.cache.size }, "the bot is in Discord");
      log.info({}, `invite the bot to a server: ${inviteLink(client)}`);
      if (settings.followThreads && !client.options.intents.has(GatewayIntentBits.MessageContent)) {
        log.warn(
          {},
          `Discord withholds messages that do not mention the bot, so follow-ups in threads need a mention. To change that, turn on Message Content Intent at https://discord.com/developers/applications/${application.id}/bot and start again`,
        );
      }
      void registerCommands(client, context); // its limit is narrow: answers that a crash broke off do not wait for it
    },
    recall: async (event) =>
      client === undefined ? undefined : recall(client, event, { log, requests, files: fileServer(settings.apiUrl) }),
    async stop() {
      stopping.abort();
      client?.removeAllListeners();
      await client?.destroy();
    },
  };
}

/** discord.js keeps what it knows of the limits of each route of each channel; of those without a request lately there is nothing to know. */
const handlerSweepInterval = 5 * 60_000;

/** Reads all that the bot may answer; caches little, so that idle channels cost next to nothing. */
function createClient({ apiUrl }: DiscordSettings, messageContent: boolean, { requests, log }: Listening): Client {
  const client: Client = new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.DirectMessages,
      ...(messageContent ? [GatewayIntentBits.MessageContent] : []),
    ],
    // Without these direct messages do not arrive, nor what becomes of messages that are cached no longer.
    partials: [Partials.Channel, Partials.Message],
    allowedMentions: { parse: [], repliedUser: false }, // nobody is pinged, whatever the model writes
    enforceNonce: true,
    waitGuildTimeout: 5_000,
    // The end of a window is known too late rather than too early, by the way of an answer, so nothing is added to it.
    rest: { api: apiUrl.replace(/\/v\d+$/, ""), makeRequest: requests.send, offset: 0, handlerSweepInterval },
    ...cacheOptions(() => client),
  });
  catchOddPackets(client, log);
  return client;
}

type Listening = AdapterContext & { readonly requests: RestLimits };

/** Everything an event sets off is caught here: a failure in one must not reach the next. */
function listen(client: Client, receive: Receive, settings: DiscordSettings, context: Listening): void {
  const { log, requests } = context;
  const caught = (error: unknown) =>
    log.warn({ error: toPlatformError(error).message }, "an event from Discord was lost");

  const files = fileServer(settings.apiUrl);
  const onMessage = async (message: Message) => {
    const event = toMessageEvent(message, settings.replyIn);
    if (event !== undefined)
      await receive(event, createMessageSurface(askedOf(message, event), event.place, { log, files, requests }));
  };

  const onUpdate = async (before: Message | PartialMessage, after: Message | PartialMessage) => {
    // Each step of an answer comes back as an update; these and other bots' end here.
    if (after.author?.bot === true) return;
    const message = after.partial ? await after.fetch() : after;
    if (message.editedTimestamp !== null && message.guild !== null && message.member === null)
      await message.guild.members.fetch(message.author.id).catch(() => undefined); // they may have left
    const event = toEditedEvent(before, message, settings.replyIn);
    if (event === undefined) return;
    const asked = { ...askedOf(message, event), nonce: nonceOfEdit(message) };
    await receive(event, createMessageSurface(asked, event.place, { log, files, requests }));
  };
  const onDelete = async (deleted: readonly (Message | PartialMessage)[], channel: TextBasedChannel) => {
    const messages = deleted.filter(({ id }) => !requests.removed(id));
    if (messages.length > 0) await receive(toDeletedEvent(messages, channel, settings.replyIn), noSurface);
  };

  client.on(Events.MessageCreate, (message) => void onMessage(message).catch(caught));
  client.on(Events.MessageUpdate, (before, after) => void onUpdate(before, after).catch(caught));
  client.on(Events.MessageDelete, (message) => void onDelete([message], message.channel).catch(caught));
  client.on(
    Events.MessageBulkDelete,
    (messages, channel) => void onDelete([...messages.values()], channel).catch(caught),
  );
  client.on(
    Events.InteractionCreate,
    (interaction) =>
      void onInteraction(interaction, { context, replyIn: settings.replyIn, receive, files }).catch(caught),
  );
  client.on(Events.Error, caught);
  client.on(Events.ShardError, (error) => log.warn({ error: error.message }, "error on the connection to Discord"));
  client.on(Events.ShardReady, () => log.info({}, "Discord is connected"));
  client.on(Events.ShardReconnecting, () => log.info({}, "connecting to Discord again"));
  client.on(Events.ShardResume, (_, replayed) =>
    log.info({ replayed }, "Discord is connected again, nothing was missed"),
  );
  client.rest.on("rateLimited", ({ route, timeToReset }) =>
    log.debug({ route, timeToReset }, "waiting for Discord's rate limit"),
  );
}

function askedOf(message: Message, { text, author }: MessageEvent | EditedEvent): QuestionRef {
  return { id: message.id, channel: message.channel as SendableChannels, text, author: author.name };
}

/** One request sets all commands. The bot works by mention without them, so a failure is told and no more. */
async function registerCommands(client: Client<true>, { commands, log }: AdapterContext): Promise<void> {
  try {
    await client.application.commands.set(toApplicationCommands(commands));
    log.debug({}, "slash commands are registered");
  } catch (error) {
    log.warn(
      { error: toPlatformError(error).message },
      "slash commands could not be registered; mentions work all the same",
    );
  }
}

/** Not the SDK's own: that would lead to DISCORD_API_URL, where a proxy shows nobody an invitation. */
function inviteLink({ application }: Client<true>): string {
  const { bitfield } = new PermissionsBitField([
    "ViewChannel",
    "SendMessages",
    "SendMessagesInThreads",
    "AttachFiles",
    "CreatePublicThreads",
    "ReadMessageHistory",
  ]);
  const query = new URLSearchParams({
    client_id: application.id,
    scope: "bot applications.commands",
    permissions: String(bitfield),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
