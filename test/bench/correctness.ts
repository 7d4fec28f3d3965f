import { lettersOf } from "./reading.ts";

/** One state of a message. A text that `grows` is appended to by the platform itself, so that it cannot be closed meanwhile. */
export type State = { readonly at: number; readonly text: string; readonly grows?: boolean };

/** The messages of one answer in the order in which a person reads them, each with all of its states. */
export type Messages = readonly (readonly State[])[];

export type Fault = "another text" | "shrank" | "open fence" | "half a link" | "open emphasis" | "incomplete";

/** How many letters of the answer stood there from a moment on. */
export type Step = { readonly at: number; readonly length: number };

/** A fault, and the end of the text in which it was found. */
export type Found = { readonly fault: Fault; readonly at: number; readonly tail: string };

export type Checked = { readonly steps: readonly Step[]; readonly faults: readonly Found[] };

/**
 * Checks every instant of an answer: all that is shown is a beginning of it, it never shrinks, no markup stands open, and at
 * the end it is whole. Pure.
 */
export function check(answer: string, messages: Messages): Checked {
  const whole = lettersOf(answer);
  const faults: Found[] = [];
  const steps: Step[] = [];
  let length = 0;
  for (const { at, shown, changed } of instants(messages)) {
    const tail = changed.text.slice(-80);
    if (!whole.startsWith(shown)) faults.push({ fault: "another text", at, tail });
    else {
      if (shown.length < length) faults.push({ fault: "shrank", at, tail });
      length = shown.length;
      steps.push({ at, length });
    }
    for (const fault of openMarkup(changed)) faults.push({ fault, at, tail });
  }
  if (length < whole.length) faults.push({ fault: "incomplete", at: steps.at(-1)?.at ?? 0, tail: "" });
  return { steps, faults };
}

/** The letters that all messages show together once one of them has changed. */
type Instant = { readonly at: number; readonly shown: string; readonly changed: State };

function instants(messages: Messages): readonly Instant[] {
  const changes = messages
    .flatMap((states, index) => states.map((state) => ({ index, state })))
    .toSorted((a, b) => a.state.at - b.state.at);
  const letters = messages.map(() => "");
  return changes.map(({ index, state }) => {
    letters[index] = lettersOf(state.text);
    return { at: state.at, shown: letters.join(""), changed: state };
  });
}

function openMarkup({ text, grows = false }: State): readonly Fault[] {
  const fences = text.match(/^[ \t>]*```/gm)?.length ?? 0;
  const prose = text.replace(/```[\s\S]*?(?:```|$)/g, "").replace(/`[^`\n]*`/g, "");
  const faults: Fault[] = [];
  if (!grows && fences % 2 === 1) faults.push("open fence");
  if (/\[[^\]\n]*\]\([^)\s]*$/.test(prose)) faults.push("half a link");
  if (!grows && (prose.match(/\*\*/g)?.length ?? 0) % 2 === 1) faults.push("open emphasis");
  return faults;
}
