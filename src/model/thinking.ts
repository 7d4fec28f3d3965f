import type { ModelEvent } from "./model-client.ts";

const opening = "<think>";
const closing = "</think>";

type State = "undecided" | "thinking" | "gap" | "answer";

/**
 * Tells apart the thinking that some servers leave in the answer's text (DeepSeek and Qwen behind llama.cpp, for one) from the answer.
 * Only blocks at the very beginning are thinking; a tag later on is a part of what was said. One that is never closed is no answer.
 */
export async function* withoutThinking(events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
  let state: State = "undecided";
  let held = "";
  for await (const event of events) {
    if (event.kind === "end" && held !== "") yield toEvent(state, held);
    if (event.kind !== "text" || state === "answer") {
      yield event;
      continue;
    }
    held += event.text;
    for (let before: State | undefined; before !== state; ) {
      before = state;
      const step = advance(state, held);
      if (step.said !== "") yield toEvent(state, step.said);
      ({ state, held } = step);
    }
  }
}

type Step = { readonly state: State; readonly held: string; readonly said: string };

/** What is certain of the text that is held: whose it is, what of it can be handed on, and what has to wait for more. */
function advance(state: State, held: string): Step {
  switch (state) {
    case "undecided":
    case "gap": {
      const begun = held.trimStart();
      if (begun.startsWith(opening)) return { state: "thinking", held: begun.slice(opening.length), said: "" };
      const left = state === "gap" ? begun : held; // the space between the thinking and the answer is neither's
      return { state: opening.startsWith(begun) ? state : "answer", held: left, said: "" };
    }
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

function toEvent(state: State, text: string): ModelEvent {
  return { kind: state === "thinking" ? "reasoning" : "text", text };
}
