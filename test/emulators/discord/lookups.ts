import { isThread } from "./channel-types.ts";
import { botMay, permission } from "./permissions.ts";
import type { ChannelRecord, InteractionRecord, Live, MessageRecord } from "./records.ts";
import { refusals } from "./refusals.ts";
import type { Call } from "./routing.ts";

/** The channel of a request, which the bot must be able to see (50001). */
export function channelOf(call: Call): Live<ChannelRecord> {
  const channel = call.world.channels.get(call.params["channel"] ?? "");
  if (channel === undefined) throw refusals.unknownChannel();
  if (!botMay(call.world, channel, permission.viewChannel)) throw refusals.missingAccess();
  return channel;
}

/** The message of a request, if it stands in that channel and was not deleted (10008). */
export function messageOf(call: Call, channelId: string): Live<MessageRecord> {
  const message = call.world.messages.get(call.params["message"] ?? "");
  if (message === undefined || message.channelId !== channelId || message.deletedAt !== undefined) {
    throw refusals.unknownMessage();
  }
  return message;
}

/** Throws 50013 unless the bot may write here; in threads another bit counts. */
export function mustWrite(call: Call, channel: ChannelRecord): void {
  mustHave(call, channel, isThread(channel) ? permission.sendMessagesInThreads : permission.sendMessages);
}

export function mustHave(call: Call, channel: ChannelRecord, bit: bigint): void {
  if (!botMay(call.world, channel, bit)) throw refusals.missingPermissions();
}

/** The interaction behind a webhook token: 10015 for a token nobody knows, 50027 once it has run out. */
export function interactionOf(call: Call): Live<InteractionRecord> {
  const { world, params } = call;
  const found = [...world.interactions.values()].find((interaction) => interaction.token === params["token"]);
  if (found === undefined || params["webhook"] !== world.applicationId) throw refusals.unknownWebhook();
  if (found.ackAt === undefined) throw refusals.unknownWebhook();
  if (world.now() - found.createdAt > world.tokenLifeMs) throw refusals.webhookExpired();
  return found;
}
