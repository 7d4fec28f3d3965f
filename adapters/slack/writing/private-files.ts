import { PlatformError, sentences, type TextFile } from "../../../src/port/index.ts";
import { codeOf, toPlatformError } from "../workspace/errors.ts";
import { escaped } from "../workspace/format.ts";
import type { Workspace } from "../workspace/workspaces.ts";

const said = sentences.slack;

export type PrivateFiles = { readonly markdown: string; readonly files: readonly TextFile[] };

/** A person's direct messages, or a thread in them. */
export type Recipient = { readonly workspace: Workspace } & (
  | { readonly user: string }
  | { readonly thread: { readonly channel: string; readonly thread_ts: string } }
);

/**
 * Sends files to one person with the words above them. Returns what is left to say where they spoke: nothing if it is there
 * that the files stand. https://docs.slack.dev/messaging/working-with-files#uploading_files
 */
export async function sendFiles({ markdown, files }: PrivateFiles, to: Recipient): Promise<string> {
  const { failFast } = to.workspace;
  try {
    const uploaded = await Promise.all(files.map((file) => upload(file, to.workspace)));
    const [first, ...rest] = uploaded;
    if (first === undefined) return markdown;
    const place = "thread" in to ? inThread(to.thread) : { channel_id: await directChannel(to.user, to.workspace) };
    await failFast.files.completeUploadExternal({
      ...place,
      files: [first, ...rest],
      initial_comment: escaped(markdown),
    });
    return "thread" in to ? "" : said.sentPrivately;
  } catch (error) {
    if (codeOf(error) === "missing_scope") return said.filesScope;
    if (restricted.includes(codeOf(error) ?? "")) return said.filesForbidden;
    return said.filesRefused(toPlatformError(error).message);
  }
}

const inThread = ({ channel, thread_ts }: { readonly channel: string; readonly thread_ts: string }) => ({
  channel_id: channel,
  thread_ts,
});

async function directChannel(user: string, { failFast }: Workspace): Promise<string> {
  const { channel } = await failFast.conversations.open({ users: user });
  return channel?.id ?? "";
}

/** Longest that a file may take. */
const timeoutMs = 30_000;

async function upload(
  { name, text }: TextFile,
  { failFast }: Workspace,
): Promise<{ readonly id: string; readonly title: string }> {
  const body = Buffer.from(text);
  const { upload_url: url = "", file_id: id = "" } = await failFast.files.getUploadURLExternal({
    filename: name,
    length: body.byteLength,
  });
  // A redirect could lead anywhere, and this is for one person alone.
  const request: RequestInit = { method: "POST", redirect: "error", body, signal: AbortSignal.timeout(timeoutMs) };
  const { ok, status } = await fetch(url, request);
  if (!ok) throw new PlatformError("unavailable", `Slack's file server answered ${status}`);
  return { id, title: name };
}

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
const restricted: readonly string[] = [
  "file_uploads_disabled",
  "file_uploads_except_images_disabled",
  "file_type_not_allowed",
  "file_upload_size_restricted",
  "storage_limit_reached",
];
