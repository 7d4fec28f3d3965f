/**
 * The text without the bot's own mentions at its beginning and its end, which were only the address; in mid-sentence one is a word
 * and stays.
 */
export function unaddressed(text: string, mentions: readonly string[]): string {
  let from = 0;
  let addressed = false;
  for (let at = 0; ; addressed = true) {
    at = skip(text, at, space);
    const mention = mentions.find((one) => text.startsWith(one, at));
    if (mention === undefined) break;
    at += mention.length;
    from = at;
  }
  if (addressed) from = skip(text, from, separator);
  let end = text.length;
  for (;;) {
    const trimmed = text.slice(from, end).trimEnd().length + from;
    const mention = mentions.find((one) => trimmed - one.length >= from && text.endsWith(one, trimmed));
    if (mention === undefined) return text.slice(from, end);
    end = trimmed - mention.length;
  }
}

const space = /\s*/y;
const separator = /[ ,:]*/y;

/** Where what the pattern takes from here on ends. */
function skip(text: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}
