import type { Attachment } from "./events.ts";
import { PlatformError } from "./platform-error.ts";

/** A longer text would fill the window by itself. */
const mostBytes = 100_000;
const timeoutMs = 10_000;

export type FileServer = {
  /** Scheme, host and port that files may be fetched from, and nothing else. */
  readonly origins: ReadonlySet<string>;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The text of an attached file; undefined for pictures, sound, large files, files from elsewhere and what is no UTF-8. */
export async function readText(file: Attachment, { origins, headers = {} }: FileServer): Promise<string | undefined> {
  const { url, bytes, mediaType } = file;
  const isReadable = bytes <= mostBytes && !/^(image|audio|video)\//.test(mediaType);
  if (!isReadable || !URL.canParse(url) || !origins.has(new URL(url).origin)) return undefined;
  // Whatever is not read is cancelled, or the server would go on sending it.
  const finished = new AbortController();
  const signal = AbortSignal.any([finished.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    // A redirect could lead anywhere.
    const response = await fetch(url, { redirect: "error", headers, signal });
    const content = await contentOf(response, mediaType);
    return content === undefined ? undefined : decodeText(content);
  } finally {
    finished.abort();
  }
}

/** Undefined where it is longer than may be read, whatever its header says of its length. */
async function contentOf(response: Response, mediaType: string): Promise<Uint8Array | undefined> {
  if (!response.ok) throw new PlatformError("unavailable", `the file server answered ${response.status}`);
  if (isPage(response) && !mediaType.startsWith("text/html")) {
    throw new PlatformError(
      "forbidden",
      "the file server showed a page instead of the file, as it does without the right to read files",
    );
  }
  if (Number(response.headers.get("content-length") ?? 0) > mostBytes) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.byteLength;
    if (length > mostBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const isPage = ({ headers }: Response): boolean => headers.get("content-type")?.startsWith("text/html") === true;

/** Undefined for anything but well-formed UTF-8 without control characters: the media type is only the sender's guess. */
export function decodeText(content: ArrayBuffer | Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these tell a text from other files
    return /[\u0000-\u0008\u000e-\u001a]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
