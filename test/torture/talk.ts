import type { Question, Side, Thread } from "./side.ts";
import type { Stage } from "./stage.ts";
import { questionText, wordsIn } from "./words.ts";

/** Somebody asks something, somewhere: in a new conversation or in one that goes on. */
export function ask(stage: Stage, where: Where = {}): Question {
  const { dice, sides, questions, happenings } = stage;
  const side = where.thread === undefined ? dice.pick(sides) : stage.sideOf({ thread: where.thread } as Question);
  const number = questions.length + 1;
  const thread = where.thread ?? pickThread(stage, side);
  const followed =
    thread && side.follow(thread, { dice, number, mentions: !isJoined(side, thread) || dice.chance(0.6) });
  const question = followed ?? side.begin(dice, number);
  questions.push(question);
  happenings.note(`Q${number} in ${question.thread.name}`);
  return question;
}

export type Where = { readonly thread?: Thread };

/** Several questions at once in one conversation, so that all but one must wait. */
export function askTogether(stage: Stage, count: number): void {
  const { thread } = ask(stage);
  for (let asked = 1; asked < count; asked += 1) ask(stage, { thread });
}

/** A platform that is not sure sends an event again: an old one, or one that was just sent. */
export function askAgain(stage: Stage): void {
  const { dice, questions, happenings } = stage;
  const recent = questions.slice(-8).filter(({ goneAt, editedAt }) => goneAt === undefined && editedAt.length === 0);
  if (recent.length === 0) return;
  const question = dice.pick(recent);
  happenings.note(`Q${question.number} is sent again`);
  question.sentAt.push(performance.now());
  stage.sideOf(question).redeliver(question);
}

/** Somebody changes what they asked a while ago, or takes it away. The first message of a conversation stays. */
export function changeMind(stage: Stage): void {
  const { dice, questions, happenings } = stage;
  const recent = questions
    .slice(-6)
    .filter(({ goneAt, message, thread }) => goneAt === undefined && message !== thread.root);
  if (recent.length === 0) return;
  const question = dice.pick(recent);
  const side = stage.sideOf(question);
  const at = performance.now();
  if (dice.chance(0.5)) {
    happenings.note(`Q${question.number} is taken away`);
    question.goneAt = at;
    side.remove(question);
    return;
  }
  question.editedAt.push(at);
  happenings.note(`Q${question.number} is edited`);
  side.edit(question, `${questionText(question.number)}, in ${question.editedAt.length} other words`);
}

function pickThread({ dice }: Stage, { threads }: Side): Thread | undefined {
  const open = threads.filter(({ questions }) => questions.length < mostQuestions);
  return open.length === 0 || dice.chance(0.4) ? undefined : dice.pick(open.slice(-6));
}

/** Longer threads would only slow the checks. */
const mostQuestions = 12;

/** In a thread where the bot has spoken, it answers without being named. */
function isJoined(side: Side, thread: Thread): boolean {
  const question = thread.questions[0];
  if (question === undefined) return false;
  const places = side.places().filter((place) => place.isConversation && place.mayHold(question));
  return places.some(({ written }) => written.some(({ text }) => wordsIn(text).length > 0));
}
