import { beginningWithin, type CountTokens } from "../model/tokens.ts";
import type { Attachment, Place } from "../port/index.ts";
import { filesNotice, joined } from "../reply/notices.ts";
import { sentences } from "../sentences/sentences.ts";
import type { PersonTurn } from "../store/conversation-store.ts";
import { neutral } from "./neutral.ts";
import { attached } from "./prompt-messages.ts";
import { counted } from "./turns.ts";

export type Fitted = {
  readonly turn: PersonTurn;
  /** Says to the person what was cut; undefined where all of it fits. */
  readonly notice: string | undefined;
};

/**
 * A message as far as it fits: its own words first, then the names of its files, what it quotes, and what its files say. The model is
 * told where something is missing. Cut before it is stored, so that every prompt has the same text of it.
 */
export function cutMessage(turn: PersonTurn, place: Place, most: number, count: CountTokens): Fitted {
  const { moreFiles = 0 } = turn;
  if (turn.tokens <= most) return { turn, notice: filesNotice(turn.attachments.length, moreFiles) };
  const inPrompt: CountTokens = (text) => count(neutral(text));
  let left = most - frameTokens(turn, place, count) - marksOf(turn);
  let read = 0;
  let length = 0;
  const cut = (text: string, what: string): string => {
    const kept = beginningWithin(text, Math.max(0, left), inPrompt);
    left -= inPrompt(kept);
    read += kept.length;
    length += text.length;
    return kept === text ? text : marked(kept, what);
  };
  const text = cut(turn.text, "message");
  const named = namedWithin(turn.attachments, left * namesShare, count);
  left -= named.tokens;
  const quote = turn.quote === undefined ? {} : { quote: { ...turn.quote, text: cut(turn.quote.text, "quotation") } };
  const attachments = named.files.map((file) =>
    file.text === undefined ? file : { ...file, text: cut(file.text, "file") },
  );
  const leftOut = moreFiles + turn.attachments.length - attachments.length;
  const rest = leftOut === 0 ? {} : { moreFiles: leftOut };
  const fitted = counted({ ...turn, text, attachments, ...quote, ...rest }, place, count);
  const wasCut = read === length ? undefined : sentences.answers.cut(read, length);
  return { turn: fitted, notice: joined(wasCut, filesNotice(attachments.length, leftOut)) };
}

/** What the names of files may take of the room behind the message's own words. */
const namesShare = 0.5;

/** The first files whose names fit, with their tags. */
function namedWithin(files: readonly Attachment[], most: number, count: CountTokens) {
  let tokens = 0;
  const overflows = (file: Attachment): boolean => {
    const own = count(attached(file.text === undefined ? file : { ...file, text: "" }));
    if (tokens + own > most) return true;
    tokens += own;
    return false;
  };
  const end = files.findIndex(overflows);
  return { files: end === -1 ? files : files.slice(0, end), tokens };
}

/** What stands around the words: the message's tags with the speaker's name, and those of the quotation. */
function frameTokens(turn: PersonTurn, place: Place, count: CountTokens): number {
  const quote = turn.quote === undefined ? {} : { quote: { ...turn.quote, text: "" } };
  return counted({ ...turn, text: "", attachments: [], moreFiles: 1, ...quote }, place, count).tokens;
}

const cutMark = "\n[cut here: the ";
const markTokens = 8;

/** The beginning of a text, with the mark that says that the text goes on. */
export const marked = (kept: string, what: string): string => `${kept}${cutMark}${what} goes on]`;

/** Room for the mark of each part that may be cut. */
const marksOf = (turn: PersonTurn): number => markTokens * textsOf(turn).length;

const textsOf = ({ text, quote, attachments }: PersonTurn): readonly string[] =>
  [text, quote?.text, ...attachments.map((file) => file.text)].filter((part) => part !== undefined);

/** True of every message that was cut; somebody may also write the mark themselves. */
export function mayBeShortened(turn: PersonTurn): boolean {
  return turn.moreFiles !== undefined || textsOf(turn).some((part) => part.includes(cutMark));
}
