import { type Reply, toRefused } from "./answers.ts";
import { readDraft } from "./drafts.ts";
import { addEphemeral, rewriteEphemeral } from "./ephemerals.ts";
import { maxText } from "./limits.ts";
import { editMessage, postAsBot, removeMessage, type Written } from "./messages.ts";
import type { Json } from "./records.ts";
import { Breach, Refusal } from "./refusals.ts";
import { text, truth } from "./values.ts";
import type { ResponseUrl, World } from "./world.ts";

const lifeMs = 30 * 60_000;
const maxUses = 5;

/** A new address at which an interaction can be answered. */
export function createResponseUrl(world: World, wanted: Omit<ResponseUrl, "uses">): string {
  const path = `/response/${wanted.teamId}/${world.secret()}`;
  world.responseUrls.set(path, { ...wanted, uses: 0 });
  return `${world.origin}${path}`;
}

/** What a post to such an address does. It needs no token, five times within half an hour. */
export function answerResponseUrl(world: World, path: string, body: Json): Reply {
  const url = world.responseUrls.get(path);
  if (url === undefined || world.now() - url.interaction.at > lifeMs)
    return { ...toRefused("expired_url"), status: 404 };
  if (url.uses >= maxUses) return { ...toRefused("used_url"), status: 404 };
  try {
    respond(world, url, { body, via: "response_url" });
  } catch (refused) {
    if (!(refused instanceof Refusal)) throw refused;
    if (refused instanceof Breach) world.problems.push(`response_url: ${refused.code}`);
    return { ...toRefused(refused.code), status: 400 };
  }
  url.uses += 1;
  url.interaction.responses = [...url.interaction.responses, body];
  world.changes.send();
  return { status: 200, body: "ok" };
}

/** Shows an answer to an interaction, by its address or in its acknowledgement. */
export function respond(
  world: World,
  url: ResponseUrl,
  { body, via }: { readonly body: Json; readonly via: "response_url" | "ack" },
): void {
  if (truth(body["delete_original"])) {
    removeOriginal(world, url);
    return;
  }
  const written = readDraft({ args: body }, maxText);
  if (truth(body["replace_original"]) && replaceOriginal(world, url, written)) return;
  const { channelId, userId: user } = url;
  const threadTs = text(body["thread_ts"]) || url.threadTs;
  const thread = threadTs === undefined ? {} : { threadTs };
  const { botUserId: userId, botId } = world.teams.get(url.teamId) ?? { botUserId: "", botId: "" };
  url.source =
    body["response_type"] === "in_channel"
      ? postAsBot(world, { ...written, ...thread, channelId, userId, botId, appId: world.appId }).ts
      : addEphemeral(world, { channel: channelId, user, ...thread, via, written }).ts;
}

/** Whether there was something to replace; a command has no original before its first answer. */
function replaceOriginal(world: World, { source, teamId }: ResponseUrl, written: Written): boolean {
  const ephemeral = world.ephemerals.find(({ ts }) => ts === source);
  const message = world.messages.get(source ?? "");
  if (ephemeral !== undefined) rewriteEphemeral(world, ephemeral, written);
  else if (message !== undefined && !message.deleted)
    editMessage(world, message, { ...written, how: "update", by: world.teams.get(teamId)?.botUserId ?? "" });
  else return false;
  return true;
}

function removeOriginal(world: World, { source }: ResponseUrl): void {
  const ephemeral = world.ephemerals.find(({ ts }) => ts === source);
  const message = world.messages.get(source ?? "");
  if (ephemeral !== undefined) ephemeral.deleted = true;
  else if (message !== undefined && !message.deleted) removeMessage(world, message);
}
