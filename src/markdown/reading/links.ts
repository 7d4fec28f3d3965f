/**
 * A link or picture with its label, address and title. Each part ends at a sign that it may not hold, so that no text takes
 * long: an address may hold one level of brackets, as in Wikipedia's.
 */
const linkPattern = /(!?)\[([^[\]]*)\]\((?:<([^<>\n]*)>|([^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*))(?:[ \t]+"[^"\n]*")?\)/g;

/** Links as their label with the address behind it; the address alone where it is all there is. */
export function toUrl(text: string): string {
  return text.replace(linkPattern, (_link, _sign, label: string, bracketed?: string, bare?: string) => {
    const url = bracketed ?? bare ?? "";
    if (url === "" || url === label) return label;
    return label.trim() === "" ? url : `${label} (${url})`;
  });
}

/** Pictures as links, which every platform draws. One without a label is its address. */
export function picturesAsLinks(text: string): string {
  return text.replace(linkPattern, (link, sign: string, label: string, bracketed?: string, bare?: string) => {
    if (sign === "") return link;
    return label.trim() === "" ? (bracketed ?? bare ?? "") : link.slice(1);
  });
}
