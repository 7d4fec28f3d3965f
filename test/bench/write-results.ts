/** Where one case's figures stand in the document, so that a run of some cases leaves the others. */
const begin = (title: string) => `<!-- bench: ${title} -->`;
const end = "<!-- /bench -->";

/** Puts a case's figures between its marks, or behind the last ones where it is new. Pure. */
export function withResults(document: string, title: string, body: string): string {
  const section = `${begin(title)}\n${body}\n${end}`;
  const from = document.indexOf(begin(title));
  if (from >= 0) return document.slice(0, from) + section + document.slice(document.indexOf(end, from) + end.length);
  const last = document.lastIndexOf(end);
  if (last < 0) return `${document.trimEnd()}\n\n${section}\n`;
  return `${document.slice(0, last + end.length)}\n\n${section}${document.slice(last + end.length)}`;
}
