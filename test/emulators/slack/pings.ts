import type { Pings } from "./records.ts";

/**
 * Whom live mentions would notify. Counted in code and in markdown too: whether Slack leaves those alone is written nowhere,
 * so a text that depends on it is taken to ping. `byName` is what `link_names` and `parse=full` do.
 */
export function findPings(texts: readonly string[], byName = false): Pings {
  const all = texts.join("\n");
  const matches = (pattern: RegExp) => [...new Set([...all.matchAll(pattern)].map(([, name = ""]) => name))];
  const bare = byName ? matches(/(?<![\w<!])@(channel|here|everyone)\b/g) : [];
  return {
    users: matches(/<@([UWB][A-Z0-9]+)(?:\|[^>]*)?>/g),
    channels: [...new Set([...matches(/<!(channel|here|everyone)(?:\|[^>]*)?>/g), ...bare])],
    groups: matches(/<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>/g),
  };
}
