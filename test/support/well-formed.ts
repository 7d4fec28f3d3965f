/**
 * Says what is torn in a text that is shown while more is to come; undefined where it reads well. A small scanner of its own, which
 * knows nothing of how the text was made: it strips what is whole and looks at what is left. `waiting` is how much of the text is
 * known beyond what is shown: what has had no end for long is no link any more. `added` says that something was put at its end.
 */
export function tornIn(shown: string, waiting: number, added: boolean): string | undefined {
  if (!shown.isWellFormed()) return "half a surrogate pair";
  if (shown.endsWith("\u200D") && waiting === 0) return "half a joined emoji";
  const { prose, openCode, emptyCode } = withoutFences(shown);
  if (openCode) return "an open code block";
  if (emptyCode && added) return "an empty code block at the end";
  // Lines of a formula that look like items are no places to begin; where code speaks of formulas, nobody can tell.
  if (/`/.test(prose) && /\\\[|\$\$/.test(prose)) return undefined;
  const block = lastBlock(prose);
  if (/(?<!\\)(?:\\\\)*\\$/.test(block)) return "half an escape";
  return tornInBlock(block, waiting);
}

function tornInBlock(block: string, waiting: number): string | undefined {
  if (/^ {0,12}\|/m.test(block)) return undefined; // rows stand for themselves
  const text = withoutWhole(block);
  const recent = waiting < 200 ? text.slice(waiting - 200) : "";
  if (/(?<!`)`{1,8}(?!`)/.test(text)) return "open code";
  if (/!?\[[^\]]*$/.test(recent) && !recent.includes("(")) return "half a link";
  if (waiting === 0 && /\[[^\]]*\]\([^)\s]*$/.test(recent)) return "half a link's address";
  if (waiting === 0 && /(?<![`\\])<(?:https?:|@|#|:)\w{0,40}$/.test(block)) return "half a tag";
  if (/\\[([][^\\]*$/.test(recent)) return "half a formula";
  if ((text.match(/[*_~|]/g) ?? []).length > 12) return undefined; // more than anybody nests
  const opener = /(?<=^|\s)(\*{1,3}|_{1,3}|~~|\|\|)(?=[A-Za-z])/g;
  for (const { index, 1: marker = "" } of text.matchAll(opener)) {
    const rest = text.slice(index + marker.length);
    const sign = marker.charAt(0);
    const closer = rest.split("").some((one, at) => one === sign && at > 0 && !/\s/.test(rest.charAt(at - 1)));
    if (!closer) return `open ${marker}`;
  }
  return undefined;
}

function withoutFences(text: string) {
  const prose: string[] = [];
  let fence: { readonly marker: string; content: string } | undefined;
  let emptyCode = false;
  for (const line of text.split("\n")) {
    const [, marker, rest = ""] =
      /^(?:[ \t]|[-*+] |\d+[.)] )*(`{3,8}(?!`)|~{3,8}(?!~))(.*)$/.exec(line.replace(/\r$/, "")) ?? [];
    if (fence !== undefined) {
      const closes =
        marker !== undefined &&
        marker[0] === fence.marker[0] &&
        marker.length >= fence.marker.length &&
        rest.trim() === "";
      if (!closes) fence.content += line;
      else emptyCode = fence.content.trim() === "";
      if (closes) fence = undefined;
    } else if (marker !== undefined && !(marker.startsWith("`") && rest.includes("`"))) {
      fence = { marker, content: "" };
      prose.length = 0;
    } else {
      if (line.trim() !== "") emptyCode = false;
      prose.push(line);
    }
  }
  return { prose: prose.join("\n"), openCode: fence !== undefined, emptyCode };
}

/** From the last empty line, list item, heading or quotation on. */
function lastBlock(text: string): string {
  const lines = text.split("\n");
  const begin = lines.findLastIndex(
    (line, index) =>
      (index < lines.length - 1 || line !== "") &&
      (line.trim() === "" || /^[ \t]*(?:[-*+][ \t]|\d+[.)][ \t]|#|>)/.test(line)),
  );
  const block = lines.slice(Math.max(0, begin)).join("\n");
  return /^ {0,3}#{1,6}[ \t]/.test(block) ? block.slice(block.indexOf("\n") + 1 || 0) : block;
}

/** Keeps the length, by which it is told how long something has been open. */
const filled = (whole: string): string => "x".repeat(whole.length);

const withoutWhole = (text: string): string =>
  text
    .replace(/\\[!-'*-Z\\^-~]|(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)|`+/g, (found) =>
      /^`+$/.test(found) ? found : filled(found),
    )
    .replace(/\\\([\s\S]*?\\\)|\\\[[\s\S]*?\\\]|\$\$[\s\S]*?\$\$/g, filled)
    .replace(/<[^\s<>]*>/g, filled)
    .replace(/\[[^\]]*\]\([^()\s]*\)/g, filled)
    .replace(/https?:\/\/[^\s<>*`|]*[^\s<>*`|_~]/g, filled);
