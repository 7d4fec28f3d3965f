import type { ModelEvent } from "./model-client.ts";

const opening = "<think>";
const closing = "</think>";

type State = "undecided" | "thinking" | "gap" | "answer";

/** What is known of a server: whether its template opens the thinking itself, so that an answer only closes it. */
export type ThinkingHabit = { opensItself: boolean };

/**
 * Tells apart the thinking that some servers leave in the answer's text (DeepSeek and Qwen behind llama.cpp, for one) from the answer.
 * Only blocks at the very beginning are thinking; a tag later on is a part of what was said. One that is never closed is no answer.
 * Where only the closing tag comes, on a line by itself, the next answers are taken to begin with thinking.
 */
export async function* withoutThinking(
  events: AsyncIterable<ModelEvent>,
  habit: ThinkingHabit = { opensItself: false },
): AsyncGenerator<ModelEvent> {
  const assumed = habit.opensItself;
  const watch = watchTags();
  let state: State = assumed ? "thinking" : "undecided";
  let held = "";
  let thought = "";
  for await (const event of events) {
    if (event.kind === "end") {
      if (held !== "") yield toEvent(state, held);
      const unclosed = assumed && state === "thinking";
      // It was no thinking after all: the answer came without.
      if (unclosed && event.ending === "whole") yield { kind: "text", text: thought + held };
      habit.opensItself = assumed ? !unclosed || event.ending !== "whole" : watch.closedOnly();
    }
    if (event.kind !== "text" || state === "answer") {
      if (event.kind === "text") watch.read(event.text);
      yield event;
      continue;
    }
    held += event.text;
    watch.read(event.text);
    if (assumed && thought === "" && opening.startsWith(held.trim())) continue;
    if (assumed && thought === "" && state === "thinking") held = held.trimStart().replace(opening, "");
    for (let before: State | undefined; before !== state; ) {
      before = state;
      const step = advance(state, held);
      if (step.said !== "") yield toEvent(state, step.said);
      if (state === "thinking") thought += step.said;
      ({ state, held } = step);
    }
  }
}

/** Notes whether a text closes thinking that it never opened. */
function watchTags(): { read(text: string): void; closedOnly(): boolean } {
  let line = "";
  let opened = false;
  let closed = false;
  const look = (one: string) => {
    opened ||= one.includes(opening);
    closed ||= !opened && one.trim() === closing;
  };
  return {
    read(text) {
      line += text;
      if (!text.includes("\n")) return;
      const lines = line.split("\n");
      line = lines.pop() ?? "";
      lines.forEach(look);
    },
    closedOnly() {
      look(line);
      return closed;
    },
  };
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
