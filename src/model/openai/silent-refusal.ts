import { isBlank } from "../is-blank.ts";
import { type ModelClient, ModelError } from "../model-client.ts";

/** The same model, in which an answer that a filter ends before its first visible word is the failure that other servers call it. */
export function withoutSilentRefusal(model: ModelClient): ModelClient {
  return {
    ...model,
    async *stream(prompt, signal, demand) {
      let visible = false;
      for await (const event of model.stream(prompt, signal, demand)) {
        if (event.kind === "text") visible ||= !isBlank(event.text);
        if (event.kind === "end" && !visible && (event.ending === "filtered" || event.ending === "refused"))
          throw new ModelError("filtered", `the answer ended as ${event.ending} before its first word`);
        yield event;
      }
    },
  };
}
