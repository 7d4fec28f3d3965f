import type { ModelEvent } from "./model-client.ts";

type Tag = {
  /** In small letters; answers may have it in any. */
  readonly opens: string;
  /** Any of these; none where nothing is thought after it. */
  readonly closes: readonly string[];
  /** What it opens is thinking even where it is never closed. */
  readonly isCertain: boolean;
};

const final = "<|channel|>final<|message|>";

/** DeepSeek's and Qwen's first; Seed's, Magistral's, Kimi's, Gemma's, gpt-oss's, and what people teach models in their prompts. */
const tags: readonly Tag[] = [
  { opens: "<think>", closes: ["</think>"], isCertain: true },
  { opens: "<seed:think>", closes: ["</seed:think>"], isCertain: true },
  { opens: "[think]", closes: ["[/think]"], isCertain: true },
  { opens: "◁think▷", closes: ["◁/think▷"], isCertain: true },
  { opens: "<|channel>thought", closes: ["<channel|>"], isCertain: true },
  ...["analysis", "commentary"].map((channel) => ({
    opens: `<|channel|>${channel}<|message|>`,
    closes: [`<|end|><|start|>assistant${final}`, final],
    isCertain: true,
  })),
  { opens: "<|start|>assistant", closes: [], isCertain: true },
  { opens: final, closes: [], isCertain: true },
  ...["thinking", "thought", "reasoning"].map((name) => ({
    opens: `<${name}>`,
    closes: [`</${name}>`],
    isCertain: false,
  })),
];

/** Thinking that no tag has opened, in the servers of which the admin says so. */
const unopened: Tag = {
  opens: "",
  closes: ["</think>", "</seed:think>", "[/think]", "◁/think▷"],
  isCertain: false,
};

/** `open` is the tag of what is being thought. */
type State = { readonly at: "beginning" | "gap" | "answer" } | { readonly at: "thinking"; readonly open: Tag };

/** What an answer begins with that no tag opens. */
export type Beginning = "answer" | "thinking";

/** A tag behind more space than this opens nothing. Characters. */
const longestSpace = 1_000;

/** More thinking than this is thinking, even where no tag closes it. Characters. */
const longestUnclosed = 1_000_000;

/**
 * Tells apart the thinking that some servers leave in the answer's text from the answer. Only blocks at the very beginning are thinking; a
 * tag later on is a part of what was said. Each answer is judged by itself and by `begins`, which the admin sets, never by what another one
 * held: people can have any text written.
 */
export async function* withoutThinkTags(
  events: AsyncIterable<ModelEvent>,
  begins: Beginning = "answer",
): AsyncGenerator<ModelEvent> {
  let state: State = { at: "beginning" };
  let held = "";
  /** All since a tag that may be none, as it came. */
  let unclosed = "";
  for await (const event of events) {
    if (event.kind === "end") {
      // The model had all its say and closed nothing: it was no thinking after all.
      const isAnswer = isUncertain(state) && event.ending === "whole" && unclosed.length < longestUnclosed;
      const left: ModelEvent = isAnswer ? { kind: "text", text: unclosed + held } : toEvent(state, held);
      if (left.text !== "") yield left;
    }
    if (event.kind !== "text" || state.at === "answer") {
      yield event;
      continue;
    }
    held += event.text;
    for (let before: State | undefined; before !== state; ) {
      before = state;
      const step: Step = advance(state, held, begins);
      if (step.said !== "") yield toEvent(state, step.said);
      const all = held.slice(0, held.length - step.held.length);
      const taken = state.at === "gap" ? all.trimStart() : all;
      unclosed = isUncertain(step.state) && unclosed.length < longestUnclosed ? unclosed + taken : "";
      ({ state, held } = step);
    }
  }
}

const isUncertain = (state: State): boolean => state.at === "thinking" && !state.open.isCertain;

type Step = { readonly state: State; readonly held: string; readonly said: string };

/** What is certain of the text that is held: whose it is, what of it can be handed on, and what has to wait for more. */
function advance(state: State, held: string, begins: Beginning): Step {
  switch (state.at) {
    case "beginning":
    case "gap":
      return begin(state, held, begins);
    case "thinking": {
      const end = endOf(held, state.open);
      if (end !== undefined) return { state: { at: "gap" }, held: held.slice(end.to), said: held.slice(0, end.from) };
      const longest = Math.max(...state.open.closes.map(({ length }) => length));
      const certain = Math.max(0, held.length - longest + 1);
      return { state, held: held.slice(certain), said: held.slice(0, certain) };
    }
    case "answer":
      return { state, held: "", said: held };
  }
}

function begin(state: State, held: string, begins: Beginning): Step {
  const begun = held.trimStart();
  const letters = inSmall(begun.slice(0, longestTag));
  const tag = tags.find(({ opens }) => letters.startsWith(opens));
  const left = state.at === "gap" ? begun : held; // the space between the thinking and the answer is neither's
  const waits = left.length <= longestSpace && tags.some(({ opens }) => opens.startsWith(letters));
  if (tag === undefined && waits) return { state, held: left, said: "" };
  if (tag === undefined && (state.at === "gap" || begins === "answer"))
    return { state: { at: "answer" }, held: left, said: "" };
  if (tag === undefined) return { state: { at: "thinking", open: unopened }, held: left, said: "" };
  const rest = begun.slice(tag.opens.length);
  return { state: tag.closes.length === 0 ? { at: "gap" } : { at: "thinking", open: tag }, held: rest, said: "" };
}

const longestTag = Math.max(...tags.map(({ opens }) => opens.length));

/** Where the thinking closes; of two ends in the same place the longer one. */
function endOf(held: string, { closes }: Tag): { readonly from: number; readonly to: number } | undefined {
  const letters = inSmall(held);
  const ends = closes.flatMap((close) => {
    const from = letters.indexOf(close);
    return from === -1 ? [] : [{ from, to: from + close.length }];
  });
  return ends.sort((one, other) => one.from - other.from || other.to - one.to)[0];
}

/** Of the same length, which `toLowerCase` alone does not promise. */
const inSmall = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const toEvent = (state: State, text: string): Extract<ModelEvent, { readonly text: string }> => ({
  kind: state.at === "thinking" ? "reasoning" : "text",
  text,
});
