import type { Json } from "./records.ts";
import { insist, refuse } from "./refusals.ts";
import { text, truth } from "./values.ts";

export type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string };

/** A page of a list, by `cursor` and `limit`. Throws `invalid_cursor`. */
export function pageOf<T>(items: readonly T[], args: Json, defaultLimit: number): Page<T> {
  const limit = args["limit"] === undefined ? defaultLimit : Number(args["limit"]);
  insist(Number.isInteger(limit) && limit >= 1 && limit <= 1000, "invalid_limit");
  const from = readCursor(text(args["cursor"]));
  const nextCursor = from + limit < items.length ? Buffer.from(`next:${from + limit}`).toString("base64") : "";
  return { items: items.slice(from, from + limit), nextCursor };
}

/** Whether a timestamp lies between `oldest` and `latest`; the ends only count with `inclusive`. */
export function within(args: Json): (item: { readonly ts: string }) => boolean {
  const oldest = boundary(args["oldest"], "invalid_ts_oldest");
  const latest = boundary(args["latest"], "invalid_ts_latest");
  const inclusive = truth(args["inclusive"]);
  return ({ ts }) => {
    if (inclusive && (ts === oldest || ts === latest)) return true;
    return (oldest === undefined || isBefore(oldest, ts)) && (latest === undefined || isBefore(ts, latest));
  };
}

function boundary(value: unknown, error: string): string | undefined {
  const ts = text(value);
  if (ts === "" || ts === "0") return undefined;
  insist(/^\d+(\.\d+)?$/.test(ts), error);
  return ts;
}

function isBefore(one: string, other: string): boolean {
  const [a = "", b = ""] = [one, other].map((ts) => {
    const [seconds = "", rest = ""] = ts.split(".");
    return `${seconds.padStart(12, "0")}.${rest.padEnd(6, "0")}`;
  });
  return a < b;
}

function readCursor(cursor: string): number {
  if (cursor === "") return 0;
  const [, from] = /^next:(\d+)$/.exec(Buffer.from(cursor, "base64").toString()) ?? [];
  return from === undefined ? refuse("invalid_cursor") : Number(from);
}
