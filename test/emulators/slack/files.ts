import type { Reply } from "./answers.ts";
import type { FileRecord, Live } from "./records.ts";
import { isLive } from "./tokens.ts";
import type { World } from "./world.ts";

export type FileWish = {
  readonly name: string;
  readonly mimetype: string;
  readonly content: string | Uint8Array;
  /** What Slack says it is; the content's own otherwise. */
  readonly size?: number;
};

export function toFile(world: World, { name, mimetype, content, size }: FileWish): FileRecord {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { id: world.id("F"), name, mimetype, content: bytes, size: size ?? bytes.byteLength, asked: [] };
}

/** A file's content for who has the right token, and for everybody else Slack's login page, with status 200. */
export function answerFile(world: World, path: string, token: string | undefined): Reply {
  const [, , id] = /\/files-pri\/(download\/)?[^/]*-([A-Z0-9]+)\//.exec(path) ?? [];
  const found = [...world.messages.values()]
    .flatMap((message) => message.files.map((file) => ({ message, file: file as Live<FileRecord> })))
    .find(({ file }) => file.id === id);
  if (found === undefined || found.message.deleted) return { status: 404, body: "not found" };
  const { message, file } = found;
  const known = world.tokens.get(token ?? "");
  const teamId = world.channels.get(message.channelId)?.teamId;
  const right = known?.kind === "bot" && known.teamId === teamId && isLive(world, known);
  const allowed = right && world.settings.scopes.includes("files:read");
  file.asked = [...file.asked, { token, allowed, at: world.now() }];
  if (!allowed) return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: loginPage };
  return { status: 200, headers: { "content-type": file.mimetype }, body: file.content };
}

const loginPage = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in</body></html>";
