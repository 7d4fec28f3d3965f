import type { Extra, ReplySurface } from "../port/index.ts";
import type { Said } from "./command.ts";

export type ToldHere = {
  readonly text: string;
  readonly extra?: Extra;
  /** Nothing was done, which concerns nobody but the person. */
  readonly isRefusal: boolean;
};

/** What is said of a command's answer on this surface; undefined where nothing has to be. */
export function toTold(
  said: Said,
  { awaitsAnswer, whisper }: Pick<ReplySurface, "awaitsAnswer" | "whisper">,
): ToldHere | undefined {
  if (typeof said === "string") return { text: said, isRefusal: false };
  if ("evident" in said) return awaitsAnswer ? { text: said.evident, isRefusal: false } : undefined;
  if ("refused" in said) return { text: said.refused, isRefusal: true };
  const { text, controls = [], files = [], instead = text } = said;
  if (files.length > 0 && whisper === undefined) return { text: instead, isRefusal: false };
  return { text, extra: { controls, files }, isRefusal: false };
}
