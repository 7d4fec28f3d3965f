import { isGivenUp } from "./notices.ts";
import type { Deed, Place, Side, Thread, Written } from "./side.ts";
import type { Stage } from "./stage.ts";
import { wordsIn } from "./words.ts";

/** Something that people do besides asking. It takes its course alone, and nobody waits for it. */
type Meddling = { readonly weight: number; begin(stage: Stage): void };

const meddlings: readonly Meddling[] = [
  { weight: 3, begin: pressStop },
  { weight: 2, begin: (stage) => say(stage, "stop") },
  { weight: 2, begin: (stage) => say(stage, "reset") },
  { weight: 2, begin: removeAnswer },
  { weight: 1, begin: (stage) => void tryAgain(stage) },
  { weight: 2, begin: command },
];

/** Somebody stops an answer, clears the memory, takes an answer away, has one tried again, or asks for something else. */
export function meddle(stage: Stage): void {
  const lots = meddlings.flatMap((one) => Array.from({ length: one.weight }, () => one));
  stage.dice.pick(lots).begin(stage);
}

/** People press the buttons below answers that the bot has given up. Returns how many there were. */
export function tryAgain(stage: Stage): number {
  let pressed = 0;
  for (const { side, place, thread } of conversations(stage)) {
    const all = place.written.filter(isGivenUp);
    pressed += all.length;
    const [message] = all; // one press is for all of a thread
    if (message === undefined) continue;
    note(stage, { kind: "retry", thread, questions: [] }, `“Try again” is pressed below ${message.id}`);
    side.press(place, message, "Try again");
  }
  return pressed;
}

function pressStop(stage: Stage): void {
  const live = conversations(stage).flatMap(({ place, ...rest }) =>
    place.written.filter(({ buttons }) => buttons.includes("Stop")).map((message) => ({ place, message, ...rest })),
  );
  if (live.length === 0) return;
  const { side, place, thread, message } = stage.dice.pick(live);
  // Before its first word nobody but the bot knows whose answer it will be.
  const named = askedFor(thread, message);
  const about =
    named.length === 0 ? ({ questions: [...thread.questions], unsure: true } as const) : { questions: named };
  note(stage, { kind: "stop", thread, ...about }, `“Stop” is pressed below ${message.id}`);
  side.press(place, message, "Stop");
}

/** In a conversation in which an answer is being written, if there is one. */
function say(stage: Stage, words: "stop" | "reset"): void {
  const { dice, questions, model } = stage;
  if (questions.length === 0) return;
  const open = new Set(model.open());
  const busy = questions.filter(({ number }) => model.attempts(number).some((attempt) => open.has(attempt)));
  const meant = dice.pick(busy.length > 0 && dice.chance(0.8) ? busy : questions.slice(-8));
  const { thread } = meant;
  note(stage, { kind: words, thread, questions: [...thread.questions] }, `“${words}” is said in ${thread.name}`);
  stage.sideOf(meant).tell(thread, words);
}

function removeAnswer(stage: Stage): void {
  const answers = conversations(stage).flatMap(({ place, ...rest }) =>
    place.written
      .filter((message) => message.deletedAt === undefined && askedFor(rest.thread, message).length > 0)
      .map((message) => ({ message, ...rest })),
  );
  if (answers.length === 0) return;
  const { side, thread, message } = stage.dice.pick(answers.slice(-10));
  note(stage, { kind: "removal", thread, questions: askedFor(thread, message) }, `${message.id} is taken away`);
  side.removeAnswer(message);
}

function command({ dice, questions, happenings, sideOf }: Stage): void {
  if (questions.length === 0) return;
  const question = dice.pick(questions.slice(-8));
  const name = dice.pick(["help", "context"]);
  happenings.note(`/${name} in ${question.thread.name}`);
  sideOf(question).command(question.thread, name);
}

function note({ deeds, happenings }: Stage, deed: Omit<Deed, "at">, what: string): void {
  happenings.note(what);
  deeds.push({ ...deed, at: performance.now() });
}

type Conversation = { readonly side: Side; readonly place: Place; readonly thread: Thread };

const conversations = ({ sides }: Stage): readonly Conversation[] =>
  sides.flatMap((side) =>
    side.places().flatMap((place) => {
      const thread = side.threads.find(({ name }) => name === place.name);
      return thread === undefined ? [] : [{ side, place, thread }];
    }),
  );

/** Those whose words stand in it. */
function askedFor({ questions }: Thread, { text }: Written) {
  const numbers = new Set(wordsIn(text).map(({ question }) => question));
  return questions.filter(({ number }) => numbers.has(number));
}
