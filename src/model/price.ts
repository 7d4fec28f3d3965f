import type { Usage } from "./model-client.ts";

/** What a model costs, in dollars for a million tokens. */
export type Price = { readonly input: number; readonly output: number };

/** In dollars. */
export function costOf({ input, output }: Pick<Usage, "input" | "output">, price: Price): number {
  return (input * price.input + output * price.output) / 1_000_000;
}

/** "0.25/2", as the setting has it: of input, and of output. */
export function toPrice(text: string): Price | undefined {
  const [, input, output] = /^(\d+(?:\.\d+)?)\s*\/\s*(\d+(?:\.\d+)?)$/.exec(text.trim()) ?? [];
  return input === undefined ? undefined : { input: Number(input), output: Number(output) };
}
