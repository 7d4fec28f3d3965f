// English, as people read it whose first language is another one: short sentences, subject first, no word that has to be looked up.
// Each file holds what is said on one occasion: below an answer, to a command, at the start, on one platform.
// A notice says what went wrong and what to do next.

import { createFormat } from "./locale.ts";

export const { number, count, either, dollars } = createFormat("en-US");

export const messages = (value: number): string => count(value, { one: "message", other: "messages" });
export const threads = (value: number): string => count(value, { one: "thread", other: "threads" });
export const questions = (value: number): string => count(value, { one: "question", other: "questions" });
export const characters = (value: number): string => count(value, { one: "character", other: "characters" });
export const files = (value: number): string => count(value, { one: "file", other: "files" });
