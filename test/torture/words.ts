/** A word of an answer: which question it answers, in which try of the model, and where it stands in it. */
export type Word = { readonly question: number; readonly attempt: string; readonly place: number | "end" };

/** What a person writes, besides mentions: its tag tells one question from all others. */
export const questionText = (number: number): string => `Q${number} please`;

/** The questions that a text of a person or a prompt names, in order. */
export function questionsIn(text: string): readonly number[] {
  return [...text.matchAll(/\bQ(\d+)\b/g)].map(([, number]) => Number(number));
}

/** The deltas of an answer. A try of its own has words of its own, so that no mixture of two tries looks whole. */
export function answerWords(question: number, attempt: string, length: number): readonly string[] {
  const words = Array.from({ length }, (_, place) => `A${question}.${place}${attempt}${gap(place)}`);
  return [...words, `end${question}${attempt}`];
}

const wordsPerParagraph = 40;
const gap = (place: number): string => ((place + 1) % wordsPerParagraph === 0 ? "\n\n" : " ");

export function wordsIn(text: string): readonly Word[] {
  return [...text.matchAll(/\bA(\d+)\.(\d+)([a-z]+)\b|\bend(\d+)([a-z]+)\b/g)].map(toWord);
}

function toWord([, number, place, attempt, ended, endedAttempt]: RegExpExecArray): Word {
  return number === undefined
    ? { question: Number(ended), attempt: endedAttempt ?? "", place: "end" }
    : { question: Number(number), attempt: attempt ?? "", place: Number(place) };
}

/** The letters of a question's first, second … try: a, b, … z, ba. */
export function attemptName(index: number): string {
  const rest = Math.floor(index / letters.length);
  return `${rest === 0 ? "" : attemptName(rest)}${letters[index % letters.length]}`;
}

const letters = "abcdefghijklmnopqrstuvwxyz";
