// Every sentence that people read stands here, under a key that says when it is said; the code that says it knows the key alone.
// A sentence with something to fill in is a function, and counts and lists get the forms of its language from `Intl`.
// Another language is another folder beside `english` with the same keys, which the type checks.

import { english } from "./english/english.ts";

export type Sentences = typeof english;

export const sentences: Sentences = english;
