/** What people write cannot contain the tags that tell who said what, nor what reads like them: in other forms, with signs between that nobody sees. */
export const neutral = (text: string): string =>
  text.replace(/[<＜﹤]/g, (bracket: string, at: number) => (isTag(text, at + 1) ? "&lt;" : bracket));

const tagNames = new Set(["message", "quote", "attachment", "summary"]);
const longestName = 10;

/** Whether a tag's name stands behind a bracket, with or without a slash. No further bracket is passed over, so it stays linear. */
function isTag(text: string, from: number): boolean {
  let name = "";
  let closes = false;
  for (let at = from; at < text.length; ) {
    const sign = String.fromCodePoint(text.codePointAt(at) ?? 0);
    at += sign.length;
    if (unseen.test(sign) || (name === "" && /\s/.test(sign))) continue;
    if (name === "" && !closes && /[/／]/.test(sign)) {
      closes = true;
      continue;
    }
    const letter = toLetter(sign);
    if (letter === undefined || name.length === longestName) return false;
    name += letter;
    if (tagNames.has(name) && !/^[\p{L}\p{N}_]/u.test(text.slice(at, at + 2))) return true;
  }
  return false;
}

const unseen = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** The letter that it is, or looks like. */
function toLetter(sign: string): string | undefined {
  const plain = sign.normalize("NFKC").toLowerCase();
  return /^[a-z]$/.test(plain) ? plain : lookalikes.get(plain);
}

/** Letters of other scripts, for those that the tags' names are made of. */
const lookalikes: ReadonlyMap<string, string> = new Map(
  ["aаɑα", "cсϲ", "eеҽ", "gɡ", "hһ", "mм", "nո", "oоοօ", "qԛ", "sѕ", "tтτ", "uυս", "yуγ"].flatMap(
    ([letter = "", ...others]) => others.map((other) => [other, letter] as const),
  ),
);
