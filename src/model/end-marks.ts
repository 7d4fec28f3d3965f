import type { ModelEvent } from "./model-client.ts";

/** What templates put behind an answer, and some servers hand on: ChatML's, Llama's, Mistral's, Gemma's, Phi's and gpt-oss's. */
const marks = [
  "<|im_end|>",
  "<|endoftext|>",
  "<|end_of_text|>",
  "<|eot_id|>",
  "<|eom_id|>",
  "<|end_of_turn|>",
  "<|end|>",
  "<|return|>",
  "<end_of_turn>",
  "<eos>",
  "</s>",
];

/** Characters in which an end of several marks is looked for. */
const longestEnd = 200;

/** Takes the marks away with which an answer ends. Where more follows them, they are a part of what was said. */
export async function* withoutEndMarks(events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
  let held = "";
  try {
    for await (const event of events) {
      if (event.kind === "text") {
        held += event.text;
        const certain = endFrom(held);
        if (certain > 0) yield { kind: "text", text: held.slice(0, certain) };
        held = held.slice(certain);
        continue;
      }
      if (event.kind === "end" && leftOf(held) !== "") yield { kind: "text", text: held };
      yield event;
    }
  } catch (error) {
    if (leftOf(held) !== "") yield { kind: "text", text: held };
    throw error;
  }
}

/** From where on a text may be nothing but marks. */
function endFrom(text: string): number {
  for (let at = text.indexOf("<", text.length - longestEnd); at !== -1; at = text.indexOf("<", at + 1)) {
    const left = leftOf(text.slice(at));
    if (marks.some((mark) => mark.startsWith(left))) return at;
  }
  return text.length;
}

/** What stands behind all marks that a text begins with. */
function leftOf(text: string): string {
  const mark = marks.find((known) => text.startsWith(known));
  return mark === undefined ? text : leftOf(text.slice(mark.length).trimStart());
}
