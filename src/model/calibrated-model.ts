import type { ModelClient } from "./model-client.ts";
import type { TokenRatios } from "./token-ratio.ts";

/** The same model, comparing what its server counts with what we counted. */
export function calibratedModel(model: ModelClient, ratios: TokenRatios): ModelClient {
  return {
    model: model.model,
    async *stream(prompt, signal, demand) {
      let name = model.model;
      for await (const event of model.stream(prompt, signal, demand)) {
        if (event.kind === "restarted") name = event.model;
        if (event.kind === "end" && event.usage !== undefined && prompt.tokens !== undefined)
          ratios.learn(name, prompt.tokens, event.usage.input);
        yield event;
      }
    },
    check: (signal) => model.check(signal),
  };
}
