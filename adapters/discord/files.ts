import { type Attachment, PlatformError } from "../../src/port/index.ts";

/** A longer text would fill the window by itself. Discord turns a pasted text over 2,000 characters into such a file. */
const mostBytes = 100_000;
const timeoutMs = 10_000;

/** Discord's own file servers, and the host of another API address where one is set. */
export function fileHosts(apiUrl: string): ReadonlySet<string> {
  return new Set(["cdn.discordapp.com", "media.discordapp.net", new URL(apiUrl).host]);
}

/** The text of an attached file; undefined for pictures, sound, large files, files from elsewhere and what is no UTF-8. */
export async function readText(
  { url, bytes, mediaType }: Attachment,
  hosts: ReadonlySet<string>,
): Promise<string | undefined> {
  if (bytes > mostBytes || /^(image|audio)\//.test(mediaType) || !hosts.has(new URL(url).host)) return undefined;
  // A redirect could lead anywhere.
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new PlatformError("unavailable", `the file server answered ${response.status}`);
  if (Number(response.headers.get("content-length") ?? 0) > mostBytes) return undefined;
  return toText(await response.arrayBuffer());
}

/** Undefined for anything but well-formed UTF-8 without control characters: the media type is only the sender's guess. */
export function toText(content: ArrayBuffer): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these tell a text from other files
    return /[\u0000-\u0008\u000e-\u001a]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
