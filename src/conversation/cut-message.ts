import { beginningWithin, type CountTokens } from "../model/tokens.ts";
import type { Place } from "../port/index.ts";
import { cutNotice } from "../reply/notices.ts";
import type { PersonTurn } from "../store/conversation-store.ts";
import { counted } from "./turns.ts";

export type Fitted = {
  readonly turn: PersonTurn;
  /** Says to the person what was cut; undefined where all of it fits. */
  readonly notice: string | undefined;
};

/**
 * A message as far as it fits: its own words first, then what it quotes, then its files. The model is told where something is
 * missing. Cut before it is stored, so that every prompt has the same text of it.
 */
export function cutMessage(turn: PersonTurn, place: Place, most: number, count: CountTokens): Fitted {
  if (turn.tokens <= most) return { turn, notice: undefined };
  let left = most - reservedForMarks;
  let read = 0;
  let length = 0;
  const cut = (text: string, what: string): string => {
    const kept = beginningWithin(text, Math.max(0, left), count);
    left -= count(kept);
    read += kept.length;
    length += text.length;
    return kept === text ? text : `${kept}${cutMark}${what} goes on]`;
  };
  const text = cut(turn.text, "message");
  const quote = turn.quote === undefined ? {} : { quote: { ...turn.quote, text: cut(turn.quote.text, "quotation") } };
  const attachments = turn.attachments.map((file) =>
    file.text === undefined ? file : { ...file, text: cut(file.text, "file") },
  );
  const fitted = counted({ ...turn, text, attachments, ...quote }, place, count);
  return { turn: fitted, notice: read === length ? undefined : cutNotice(read, length) };
}

const cutMark = "\n[cut here: the ";

/** True of every message that was cut; somebody may also write the mark themselves. */
export function mayBeShortened({ text, quote, attachments }: PersonTurn): boolean {
  return [text, quote?.text, ...attachments.map((file) => file.text)].some((part) => part?.includes(cutMark) === true);
}

/** Tokens for the tags around a message and the marks where it is cut. */
const reservedForMarks = 40;
