import { messageFlag } from "./numbers.ts";
import { type Allowance, findPings, toAllowance } from "./pings.ts";
import type { FileRecord, MessageRecord } from "./records.ts";
import { refusals } from "./refusals.ts";
import { type Call, fields, objects } from "./routing.ts";

export type Written = Pick<MessageRecord, "content" | "components" | "embeds" | "files" | "flags" | "pings">;

const settableFlags = (1 << 2) | messageFlag.ephemeral | (1 << 12) | messageFlag.componentsV2;

/** What a request writes. Throws 50006 where nothing would be seen. */
export function readMessage(call: Call, defaults: Allowance, repliedTo?: string): Written {
  const body = fields(call.body);
  const content = typeof body["content"] === "string" ? body["content"] : "";
  const written = {
    content,
    components: objects(body["components"]),
    embeds: objects(body["embeds"]),
    files: filesOf(call, call.files),
    flags: Number(body["flags"] ?? 0) & settableFlags,
    pings: findPings(content, toAllowance(body["allowed_mentions"], defaults), repliedTo),
  };
  if (isEmpty(written) && body["poll"] === undefined) throw refusals.emptyMessage();
  return written;
}

/** What an edit leaves of a message: fields not sent stay, `null` empties, attachments not listed go. */
export function readEdit(call: Call, message: MessageRecord, defaults: Allowance): Written {
  const body = fields(call.body);
  const content = body["content"] === undefined ? message.content : String(body["content"] ?? "");
  const repliedTo = call.world.messages.get(message.replyTo ?? "")?.authorId;
  const written = {
    content,
    components: body["components"] === undefined ? message.components : objects(body["components"]),
    embeds: body["embeds"] === undefined ? message.embeds : objects(body["embeds"]),
    files: filesOf(call, [...keptFiles(message, body["attachments"]), ...call.files]),
    flags: body["flags"] === undefined ? message.flags : mergeFlags(message.flags, Number(body["flags"])),
    pings: findPings(content, toAllowance(body["allowed_mentions"], defaults), repliedTo),
  };
  if (isEmpty(written)) throw refusals.emptyMessage();
  return written;
}

const mostFiles = 10;
const mostBytes = 10 * 1024 * 1024;

/** https://discord.com/developers/docs/reference#uploading-files. The files after a request; its uploads must be listed. */
function filesOf({ body, files: uploads, world }: Call, files: readonly FileRecord[]): readonly FileRecord[] {
  const listed = objects(fields(body)["attachments"]).map((attachment) => String(attachment["id"]));
  if (uploads.some((_, index) => !listed.includes(String(index)))) world.problems.push("an upload that is not listed");
  const refusal = files.length > mostFiles ? refusals.tooManyAttachments() : undefined;
  const tooLarge = uploads.some(({ content }) => content.byteLength > mostBytes) ? refusals.tooLarge() : undefined;
  const refused = refusal ?? tooLarge;
  if (refused === undefined) return files;
  world.problems.push(refused.message);
  throw refused;
}

function keptFiles(message: MessageRecord, attachments: unknown): readonly FileRecord[] {
  if (attachments === undefined) return message.files;
  const kept = objects(attachments).map((attachment) => String(attachment["id"]));
  return message.files.filter((file) => kept.includes(file.id));
}

/** An edit may suppress embeds and set components v2; every other flag is Discord's. */
function mergeFlags(before: number, wanted: number): number {
  const suppressEmbeds = 1 << 2;
  const kept = before & ~suppressEmbeds;
  return kept | (wanted & (suppressEmbeds | messageFlag.componentsV2));
}

function isEmpty(written: Written): boolean {
  const parts = written.components.length + written.embeds.length + written.files.length;
  return written.content.trim() === "" && parts === 0;
}
