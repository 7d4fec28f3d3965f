import type { ModelEvent } from "./model-client.ts";

const opening = "<think>";
const closing = "</think>";

/**
 * Tells apart the thinking that some servers leave in the answer's text (DeepSeek and Qwen behind llama.cpp, for one) from the answer.
 * Only a block at the very beginning is thinking; a tag later on is a part of what was said.
 */
export async function* withoutThinking(events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
  let state: "undecided" | "thinking" | "gap" | "answer" = "undecided";
  let held = "";
  for await (const event of events) {
    if (event.kind === "end" && held !== "") yield toEvent(state, held);
    if (event.kind !== "text" || state === "answer") {
      yield event;
      continue;
    }
    held += event.text;
    if (state === "undecided") {
      const begun = held.trimStart();
      if (begun.startsWith(opening)) {
        state = "thinking";
        held = begun.slice(opening.length);
      } else if (!opening.startsWith(begun)) state = "answer";
    }
    if (state === "thinking") {
      const end = held.indexOf(closing);
      const thought = held.slice(0, end === -1 ? Math.max(0, held.length - closing.length + 1) : end);
      if (thought !== "") yield toEvent(state, thought);
      held = held.slice(thought.length);
      if (end !== -1) {
        state = "gap";
        held = held.slice(closing.length);
      }
    }
    if (state === "gap") {
      held = held.trimStart();
      if (held !== "") state = "answer";
    }
    if (state === "answer") {
      yield toEvent(state, held);
      held = "";
    }
  }
}

function toEvent(state: string, text: string): ModelEvent {
  return { kind: state === "thinking" ? "reasoning" : "text", text };
}
