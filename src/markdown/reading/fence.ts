/** A code block that is open: what closes it, and what opens it again in the next message. */
export type Fence = {
  readonly marker: string;
  readonly opening: string;
};

/** Longer markers and languages are not reopened word for word: nobody writes them, and they would eat the message. */
const longestMarker = 8;
const longestInfo = 24;

/** What a closing fence may add to a message: a line break and the marker. */
export const closingRoom = longestMarker + 1;

/** A fence may stand in a list item. In a quotation it ends with the quotation, so there it need not be minded. */
const fenceLine = new RegExp(
  `^(?:[ \\t]|[-*+] |\\d+[.)] )*(\`{3,${longestMarker}}(?!\`)|~{3,${longestMarker}}(?!~))([^\\n]*)$`,
);

/** The fence that is open after a line, given the one that was open before it. */
export function fenceAfter(line: string, open: Fence | undefined): Fence | undefined {
  if (!line.includes("```") && !line.includes("~~~")) return open; // most lines: the pattern costs more
  const [, marker, rest] = fenceLine.exec(line.replace(/\r$/, "")) ?? [];
  if (marker === undefined || rest === undefined) return open;
  if (open !== undefined) return closes(marker, rest, open) ? undefined : open;
  if (marker.startsWith("`") && rest.includes("`")) return undefined; // ```inline``` on one line opens nothing
  return { marker, opening: `${marker}${language(rest)}\n` };
}

/** The fence that is open at the end of a text. */
export function openFence(text: string, open?: Fence): Fence | undefined {
  let fence = open;
  for (const line of text.split("\n")) fence = fenceAfter(line, fence);
  return fence;
}

/** The text with an open fence closed, so that what follows is not taken for code. */
export function closed(text: string, fence: Fence | undefined): string {
  if (fence === undefined) return text;
  return text + (text.endsWith("\n") ? "" : "\n") + fence.marker;
}

function closes(marker: string, rest: string, open: Fence): boolean {
  return rest.trim() === "" && marker[0] === open.marker[0] && marker.length >= open.marker.length;
}

function language(rest: string): string {
  const info = rest.trim().split(/\s/)[0] ?? "";
  return info.length <= longestInfo ? info : "";
}
