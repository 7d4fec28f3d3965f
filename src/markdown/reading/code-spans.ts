type Span = { readonly start: number; readonly end: number };

/** Stands for inline code while the words around it change. No text may hold it: Unicode keeps it free for such uses. */
export const codeSign = "\uFDD0";

/** Changes a paragraph but for its inline code. The change must keep each `codeSign`, in order; `show` says what becomes of the code. */
export function outsideCode(
  text: string,
  change: (prose: string) => string,
  show: (code: string) => string = (code) => code,
): string {
  const clean = text.replaceAll(codeSign, "");
  const spans = codeSpans(clean);
  if (spans.length === 0) return change(clean);
  const codes = spans.map(({ start, end }) => clean.slice(start, end));
  const proses = [...spans, undefined].map((span, index) => clean.slice(spans[index - 1]?.end ?? 0, span?.start));
  let next = 0;
  return change(proses.join(codeSign)).replaceAll(codeSign, () => show(codes[next++] ?? ""));
}

/** Inline code, each from its first backtick to behind its last. One pass: a text of nothing but backticks costs no more. */
export function codeSpans(text: string): readonly Span[] {
  const runs = [...text.matchAll(/`+/g)].map(({ index, 0: run }) => ({ start: index, end: index + run.length }));
  const twins = twinsOf(runs);
  const spans: Span[] = [];
  for (let index = 0; index < runs.length; index++) {
    const opening = runs[index];
    const twin = twins[index];
    const closing = twin === undefined ? undefined : runs[twin];
    if (opening === undefined || twin === undefined || closing === undefined || escaped(text, opening.start)) continue;
    spans.push({ start: opening.start, end: closing.end });
    index = twin;
  }
  return spans;
}

/** For each run the next one of the same length, which would close it. */
function twinsOf(runs: readonly Span[]): readonly (number | undefined)[] {
  const twins: (number | undefined)[] = [];
  const nextOf = new Map<number, number>();
  for (const [index, { start, end }] of [...runs.entries()].reverse()) {
    twins[index] = nextOf.get(end - start);
    nextOf.set(end - start, index);
  }
  return twins;
}

function escaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - slashes - 1] === "\\") slashes++;
  return slashes % 2 === 1;
}
