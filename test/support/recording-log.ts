import type { AdapterLog } from "../../src/port/index.ts";

type Line = { readonly level: string; readonly fields: object; readonly sentence: string };

/** Where the bot is heard by HTTP, as it has logged it; asked for port 0 it takes a free one. */
export function addressIn({ lines }: { readonly lines: readonly Line[] }): string {
  for (const { fields } of lines) if ("address" in fields) return String(fields.address);
  throw new Error("No address was logged.");
}

/** A log that tests can read. */
export function recordingLog(): AdapterLog & { readonly lines: readonly Line[]; text(): string } {
  const lines: Line[] = [];
  const at = (level: string) => (fields: object, sentence: string) => void lines.push({ level, fields, sentence });
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    lines,
    text: () => lines.map(({ level, fields, sentence }) => `${level} ${sentence} ${JSON.stringify(fields)}`).join("\n"),
  };
}
