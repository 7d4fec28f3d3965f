import type { Written } from "./side.ts";
import { wordsIn } from "./words.ts";

/** What the driver can have done that a notice tells of. */
export type HarmKind = "store" | "platform" | "model" | "person" | "process";

/** What the bot says of itself below an answer or in its place. */
export const noticeIn = (text: string): string | undefined => /⚠️[^\n]*|\*Stopped[^\n]*\*/.exec(text)?.[0];

export function kindOf(notice: string): HarmKind {
  if (/storage|disk is full|save this/i.test(notice)) return "store";
  if (/Stopped|nothing to try again/.test(notice)) return "person";
  if (/I was shut down/.test(notice)) return "process";
  return /could not be shown/.test(notice) ? "platform" : "model";
}

export function isBareNotice({ text, deletedAt }: Written): boolean {
  return deletedAt === undefined && wordsIn(text).length === 0 && noticeIn(text) !== undefined;
}

/** How the bot says that it has given an answer up after several crashes, until a person wants it tried again. */
export const isGivenUp = ({ text, buttons, deletedAt }: Written): boolean =>
  deletedAt === undefined && buttons.includes("Try again") && text.includes("interrupted");

/** What the bot says to a command. */
export const isCommandAnswer = (text: string): boolean =>
  /^(Stopped|Memory cleared|There is nothing to clear|I'm not writing anything here|\*There is nothing to try again|`)/.test(
    text,
  );
