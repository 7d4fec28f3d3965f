import type { Extra, ReplySurface } from "../port/index.ts";
import type { CommandResult } from "./command.ts";

export type VisibleResult = {
  readonly text: string;
  readonly extra?: Extra;
  /** Nothing was done, which concerns nobody but the person. */
  readonly isRefusal: boolean;
};

/** What is said of a command's answer on this surface; undefined where nothing has to be. */
export function toVisible(
  said: CommandResult,
  { expectsResponse, respondPrivately }: Pick<ReplySurface, "expectsResponse" | "respondPrivately">,
): VisibleResult | undefined {
  if (typeof said === "string") return { text: said, isRefusal: false };
  if ("alreadyVisible" in said) return expectsResponse ? { text: said.alreadyVisible, isRefusal: false } : undefined;
  if ("refused" in said) return { text: said.refused, isRefusal: true };
  const { text, controls = [], files = [], instead = text } = said;
  if (files.length > 0 && respondPrivately === undefined) return { text: instead, isRefusal: false };
  return { text, extra: { controls, files }, isRefusal: false };
}
