import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Json } from "./records.ts";
import { fields, text } from "./values.ts";

export type Sent = {
  readonly args: Json;
  readonly token: string | undefined;
  /** The body as it came. */
  readonly bytes: Uint8Array;
};

/** Arguments that travel as JSON within a form. */
const complex = [
  "attachments",
  "blocks",
  "chunks",
  "file_ids",
  "files",
  "loading_messages",
  "metadata",
  "prompts",
  "unfurled_attachments",
  "view",
];

/** Reads a call: its arguments, decoded, and the token, wherever the client put it. */
export async function readCall(request: IncomingMessage): Promise<Sent> {
  const bytes = await buffer(request);
  const body = bytes.toString();
  const { authorization = "", "content-type": type = "" } = request.headers;
  const query = new URL(request.url ?? "/", "http://localhost").searchParams;
  const given = type.startsWith("application/json") ? fields(JSON.parse(body)) : fromForm(new URLSearchParams(body));
  const { token, ...args } = { ...fromForm(query), ...given } as Record<string, unknown>;
  const [, scheme, secret] = /^(Bearer|Basic) (.+)$/i.exec(authorization) ?? [];
  if (scheme?.toLowerCase() === "basic" && secret !== undefined)
    return { args: { ...args, ...fromBasic(secret) }, token: undefined, bytes };
  return { args, token: secret ?? (text(token) || undefined), bytes };
}

/** What becomes of arguments that the client writes into a form. */
export function overTheWire(args: Json): Json {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(args)) {
    if (value !== undefined && value !== null)
      form.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return fromForm(form);
}

/** JSON that does not parse stays text: the method says what it thinks of that. */
function fromForm(form: URLSearchParams): Json {
  return Object.fromEntries([...form].map(([name, value]) => [name, complex.includes(name) ? parse(value) : value]));
}

function fromBasic(secret: string): Json {
  const [client_id = "", client_secret = ""] = Buffer.from(secret, "base64").toString().split(":");
  return { client_id, client_secret };
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
