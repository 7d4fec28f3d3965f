import type { ServerResponse } from "node:http";

/** A server that computes so many answers at once: the others wait for their headers, as with llama.cpp's `-np` or Ollama. */
export type Slots = {
  /** Resolves when it is the request's turn; false where its client left before. The slot is free again when the response closes. */
  take(response: ServerResponse): Promise<boolean>;
};

export function createSlots(count: () => number): Slots {
  const waiting = new Map<ServerResponse, (turn: boolean) => void>();
  let taken = 0;
  const advance = () => {
    for (const [response, begin] of waiting) {
      if (taken >= count()) return;
      taken++;
      waiting.delete(response);
      begin(true);
    }
  };
  return {
    take: (response) =>
      new Promise((resolve) => {
        waiting.set(response, resolve);
        response.once("close", () => {
          if (waiting.delete(response)) resolve(false);
          else taken--;
          advance();
        });
        advance();
      }),
  };
}
