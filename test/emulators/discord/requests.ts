import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { FileRecord } from "./records.ts";

export type Sent = { readonly body: unknown; readonly files: readonly FileRecord[] };

/** Reads a request's body: JSON, or the `payload_json` and files of a form. Throws on text that is neither. */
export async function readRequest(request: IncomingMessage, snowflake: () => string): Promise<Sent> {
  const bytes = await buffer(request);
  if (bytes.byteLength === 0) return { body: undefined, files: [] };
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data"))
    return { body: JSON.parse(bytes.toString("utf8")) as unknown, files: [] };
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const payload = form.get("payload_json");
  const files = await Promise.all([...form.values()].filter((value) => typeof value !== "string").map(toFile));
  return { body: typeof payload === "string" ? (JSON.parse(payload) as unknown) : undefined, files };

  async function toFile(file: File): Promise<FileRecord> {
    const content = new Uint8Array(await file.arrayBuffer());
    return { id: snowflake(), name: file.name, contentType: file.type || "application/octet-stream", content };
  }
}
