import type { FileRecord, Json } from "./records.ts";
import type { World } from "./world.ts";

export type Call = {
  readonly world: World;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON, of a multipart request its `payload_json`. */
  readonly body: unknown;
  readonly files: readonly FileRecord[];
};

export type Answer = { readonly status: number; readonly body?: unknown };

export type Route = {
  readonly method: string;
  readonly path: string;
  /** How many requests in how many milliseconds, per channel or token. */
  readonly rate: readonly [count: number, windowMs: number];
  /** Needs no bot token and does not count to the global limit: the secret stands in the path. */
  readonly byToken?: true;
  answer(call: Call): Answer;
};

export type Match = { readonly route: Route; readonly params: Readonly<Record<string, string>> };

/** Finds the route of a path; literal segments win over parameters, as `@me` over `:message`. */
export function findRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const matches = routes.flatMap((route) => {
    const params = route.method === method ? matchPath(route.path, path) : undefined;
    return params === undefined ? [] : [{ route, params }];
  });
  return matches.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
}

/** The body as an object; anything else reads as an empty one. */
export function fields(body: unknown): Json {
  return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Json) : {};
}

/** A list of objects, as components and embeds are. */
export function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}
