import { describeError } from "../errors.ts";
import type { Attachment, MessageEvent, ReplySurface } from "../port/index.ts";
import type { Conversation, Turn } from "../store/conversation-store.ts";
import type { Core } from "./core.ts";
import { narrow } from "./history.ts";
import { toPersonTurn, toTurns } from "./turns.ts";

/** Adds a person's message to the memory; in a thread that the bot joins late, also what was said there before. Returns the window. */
export async function remember(
  message: MessageEvent,
  conversation: Conversation,
  surface: ReplySurface,
  core: Core,
): Promise<Conversation> {
  const earlier = conversation.joined ? [] : await earlierTurns(message, surface, core);
  const { windowTokens } = core.settings;
  const opened = { ...message, attachments: await readAll(message.attachments, surface, core) };
  // Narrowed before as well, because that is what the append saves: a thread that is only listened to must not pile up.
  const window = narrow(conversation, windowTokens);
  return narrow(await core.store.append(window, ...earlier, toPersonTurn(opened, core.countTokens)), windowTokens);
}

/** More files in one message are named to the model, but not opened. */
const mostFiles = 5;

async function readAll(
  files: readonly Attachment[],
  surface: ReplySurface,
  core: Core,
): Promise<readonly Attachment[]> {
  const opened = await Promise.all(files.map((file, index) => (index < mostFiles ? read(file, surface, core) : file)));
  return cutTo(core.settings.windowTokens * fileShare * charactersPerToken, opened);
}

/** What files may take of the window, all of a message together: more would push out the conversation, and soon themselves. */
const fileShare = 0.4;
const charactersPerToken = 3;

function cutTo(most: number, files: readonly Attachment[]): readonly Attachment[] {
  let left = most;
  return files.map((file) => {
    if (file.text === undefined) return file;
    const text =
      file.text.length <= left ? file.text : `${file.text.slice(0, left).toWellFormed()}\n[cut here: the file goes on]`;
    left = Math.max(0, left - file.text.length);
    return { ...file, text };
  });
}

/** A file that cannot be had is still named: the person hears from the model that it has not seen it. */
async function read(file: Attachment, surface: ReplySurface, core: Core): Promise<Attachment> {
  try {
    const text = await surface.read(file);
    return text === undefined ? file : { ...file, text };
  } catch (error) {
    core.log.warn({ error: describeError(error) }, "an attached file could not be read");
    return file;
  }
}

async function earlierTurns(message: MessageEvent, surface: ReplySurface, core: Core): Promise<readonly Turn[]> {
  try {
    const earlier = await surface.earlier(core.settings.earlierMessages);
    return toTurns(earlier, message.place, core.countTokens);
  } catch (error) {
    core.log.warn({ thread: message.place.thread, error: describeError(error) }, "could not read what was said before");
    return [];
  }
}
