import type { ModelEvent } from "./model-client.ts";

const opening = "<think>";
const closing = "</think>";

/** "assumed" is thinking that no tag has opened. */
type State = "undecided" | "assumed" | "thinking" | "gap" | "answer";

/** What an answer begins with that no tag opens. */
export type Beginning = "answer" | "thinking";

/** A tag behind more space than this opens nothing. Characters. */
const longestSpace = 1_000;

/** More assumed thinking than this is thinking, even where no tag closes it. Characters. */
const longestAssumed = 1_000_000;

/**
 * Tells apart the thinking that some servers leave in the answer's text (DeepSeek and Qwen behind llama.cpp, for one) from the answer.
 * Only blocks at the very beginning are thinking; a tag later on is a part of what was said. One that is never closed is no answer.
 * Each answer is judged by itself and by `begins`, which the admin sets, never by what another one held: people can have any text written.
 */
export async function* withoutThinkTags(
  events: AsyncIterable<ModelEvent>,
  begins: Beginning = "answer",
): AsyncGenerator<ModelEvent> {
  let state: State = "undecided";
  let held = "";
  let assumed = "";
  for await (const event of events) {
    if (event.kind === "end") {
      // The model had all its say and closed nothing: it was no thinking after all.
      const isAnswer = state === "assumed" && event.ending === "whole" && assumed.length < longestAssumed;
      const left: ModelEvent = isAnswer ? { kind: "text", text: assumed + held } : toEvent(state, held);
      if (left.text !== "") yield left;
    }
    if (event.kind !== "text" || state === "answer") {
      yield event;
      continue;
    }
    held += event.text;
    for (let before: State | undefined; before !== state; ) {
      before = state;
      const step = advance(state, held, begins);
      if (step.said !== "") yield toEvent(state, step.said);
      if (state === "assumed" && assumed.length < longestAssumed) assumed += step.said;
      ({ state, held } = step);
    }
  }
}

type Step = { readonly state: State; readonly held: string; readonly said: string };

/** What is certain of the text that is held: whose it is, what of it can be handed on, and what has to wait for more. */
function advance(state: State, held: string, begins: Beginning): Step {
  switch (state) {
    case "undecided":
    case "gap": {
      const begun = held.trimStart();
      if (begun.startsWith(opening)) return { state: "thinking", held: begun.slice(opening.length), said: "" };
      const left = state === "gap" ? begun : held; // the space between the thinking and the answer is neither's
      const waits = opening.startsWith(begun) && left.length <= longestSpace;
      const next = state === "undecided" && begins === "thinking" ? "assumed" : "answer";
      return { state: waits ? state : next, held: left, said: "" };
    }
    case "assumed":
    case "thinking": {
      const end = held.indexOf(closing);
      if (end !== -1) return { state: "gap", held: held.slice(end + closing.length), said: held.slice(0, end) };
      const certain = Math.max(0, held.length - closing.length + 1);
      return { state, held: held.slice(certain), said: held.slice(0, certain) };
    }
    case "answer":
      return { state, held: "", said: held };
  }
}

const toEvent = (state: State, text: string): Extract<ModelEvent, { readonly text: string }> => ({
  kind: state === "thinking" || state === "assumed" ? "reasoning" : "text",
  text,
});
