import type { ModelClient, Prompt, Usage } from "../model/model-client.ts";
import type { CountTokens } from "../model/tokens.ts";

/**
 * The same model, telling what each answer used: as the server counted it, or counted here where it does not say, as when an
 * answer is stopped or breaks off. A call that fails before the first token used nothing, nor one that never got its turn.
 */
export function meteredModel(
  model: ModelClient,
  countTokens: CountTokens,
  charge: (usage: Usage) => void,
): ModelClient {
  return {
    ...model,
    async *stream(prompt, signal, demand) {
      let heard = "";
      let ended = false;
      let asked = true;
      let usage: Usage | undefined;
      try {
        for await (const event of model.stream(prompt, signal, demand)) {
          switch (event.kind) {
            case "queued":
            case "asked":
              asked = event.kind === "asked";
              break;
            case "text":
            case "reasoning":
              heard += event.text;
              break;
            case "end":
              ended = true;
              usage = event.usage;
              break;
            case "restarted":
              break;
          }
          yield event;
        }
      } finally {
        // Some servers send a usage of noughts.
        const told = usage !== undefined && usage.input > 0 ? usage : undefined;
        if (asked && (ended || heard !== "")) charge(told ?? counted(prompt, heard, countTokens));
      }
    },
  };
}

function counted({ messages }: Prompt, heard: string, countTokens: CountTokens): Usage {
  const input = messages.reduce((sum, { content }) => sum + countTokens(content), 0);
  return { input, output: countTokens(heard) };
}
