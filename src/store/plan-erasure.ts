/** What a turn is to the person who is to be forgotten. */
export type ErasureMark = "theirs" | "quotes them" | "another's" | "answer" | "forgotten";

/** Each turn's mark, by its number. */
export type ErasureMarks = ReadonlyMap<number, ErasureMark>;

export type ErasurePlan = {
  readonly messages: readonly number[];
  readonly answers: readonly number[];
  /** Turns that stay without what they quote. */
  readonly quotes: readonly number[];
  /** Nobody else spoke here, so nothing is left to keep. */
  readonly everything: boolean;
};

/**
 * Which turns go with a person. An answer goes where anything of theirs stands between it and the answer before it, since it was
 * written for that and repeats it. Where nobody else spoke, every answer does.
 */
export function planErasure(marks: ErasureMarks): ErasurePlan {
  const numbers = [...marks.keys()].sort((one, other) => one - other);
  const at = (mark: ErasureMark) => numbers.filter((number) => marks.get(number) === mark);
  const messages = at("theirs");
  const quotes = at("quotes them");
  if (at("another's").length + quotes.length === 0)
    return { messages, answers: at("answer"), quotes, everything: true };
  const answers: number[] = [];
  let isTheirs = false;
  let isAnswered = false;
  for (const number of numbers) {
    const mark = marks.get(number);
    if (mark === "answer") {
      if (isTheirs) answers.push(number);
      isAnswered = true;
      continue;
    }
    if (isAnswered) isTheirs = false;
    isAnswered = false;
    isTheirs ||= mark === "theirs" || mark === "quotes them";
  }
  return { messages, answers, quotes, everything: false };
}
