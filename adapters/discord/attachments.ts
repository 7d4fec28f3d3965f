import { AttachmentBuilder } from "discord.js";
import {
  type AdapterLog,
  type Content,
  type MessageId,
  sentences,
  type TextFile,
  withoutFile,
} from "../../src/port/index.ts";
import { codeOf } from "./errors.ts";

/** https://docs.discord.com/developers/reference#uploading-files */
const mostFiles = 10;
const mostBytes = 10 * 1024 * 1024;

/** The files under the messages of one reply. */
export interface Attachments {
  create(content: Content, write: (content: Content) => Promise<MessageId>): Promise<MessageId>;
  edit(message: MessageId, content: Content, write: EditWith): Promise<void>;
  /** Messages of an earlier try: nobody knows which files stand under them. */
  adopt(messages: readonly MessageId[]): void;
}

/** `bare` says that whatever files stand under the message have to go. */
type EditWith = (content: Content, bare: boolean) => Promise<void>;

/**
 * Files are sent once: an edit without any leaves those that stand. Where a write failed nobody knows what stands, so the next
 * one sends all again, which replaces them. Where the bot may attach nothing, the text says so in the place of the file.
 */
export function createAttachments(log: AdapterLog): Attachments {
  const standing = new Map<MessageId, string>();
  const adopted = new Set<MessageId>();
  let allowed = true;

  async function permitted<T>(content: Content, write: (content: Content) => Promise<T>): Promise<T> {
    if (namesOf(content) === "") return write(content);
    if (!allowed) return write(bare(content));
    try {
      return await write(content);
    } catch (error) {
      if (codeOf(error) !== missingPermissions) throw error;
      const written = await write(bare(content)); // rejects where it was another permission that is missing
      allowed = false;
      log.warn({}, "a file could not be attached: give the bot the permission Attach Files");
      return written;
    }
  }

  return {
    async create(content, write) {
      const message = await permitted(content, write);
      standing.set(message, namesOf(content));
      return message;
    },
    async edit(message, content, write) {
      const names = namesOf(content);
      if (allowed && standing.get(message) === names) return write({ ...content, files: [] }, false);
      standing.delete(message);
      await permitted(content, (one) => write(one, adopted.has(message)));
      adopted.delete(message);
      standing.set(message, names);
    },
    adopt(messages) {
      for (const message of messages) {
        adopted.add(message);
        standing.delete(message);
      }
    },
  };
}

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
const missingPermissions = 50_013;

/** The names of the files under a message, in order. Which text a name stands for does not change. */
export function namesOf({ files = [] }: Content): string {
  return files
    .slice(0, mostFiles)
    .map(({ name }) => name)
    .join("\n");
}

function bare(content: Content): Content {
  return { ...content, markdown: withoutFile(content.markdown, sentences.discord.mayNotAttach), files: [] };
}

export function toAttachments(files: readonly TextFile[]): AttachmentBuilder[] {
  return files.slice(0, mostFiles).map(({ name, text }) => new AttachmentBuilder(toBytes(text), { name }));
}

const tooLarge = `\n${sentences.discord.restMissing}\n`;

function toBytes(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= mostBytes) return bytes;
  let end = mostBytes - Buffer.byteLength(tooLarge);
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--; // not within a character
  return Buffer.concat([bytes.subarray(0, end), Buffer.from(tooLarge)]);
}
