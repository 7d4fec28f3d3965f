import { endAll, type IsMeant, meantBy } from "../exchange/stops.ts";
import { isOf, personOf } from "../memory/person.ts";
import type { Place } from "../port/index.ts";
import { never } from "../runtime/clock.ts";
import type { ForgettingWays, Forgotten } from "../store/conversation-store.ts";
import { refusalOf } from "./authority.ts";
import type { Command, CommandCall, CommandParts, Said } from "./command.ts";
import { counted } from "./counted.ts";

export const forgetThread: Command = {
  name: "forget thread",
  summary: "Delete all that I remember of this thread, for good; the messages stay",
  options: [],
  private: true,
  lasting: true,
  when: "in-turn",
  interrupts: true,
  async run({ place, wide, parts }) {
    if (wide) return forgetChannel(place, parts);
    const refusal = refusalOf(place, "thread", "delete what I remember of it");
    if (refusal !== undefined) return { refused: refusal };
    const turns = await parts.forgetting.thread(place.thread);
    if (turns > 0) return `Forgotten: ${counted(turns, "message")} of this thread, mine among them. The persona stays.`;
    return place.kind === "fresh"
      ? "There is nothing to forget here: each mention starts a thread with a memory of its own. Say it inside that thread."
      : "There is nothing to forget: I remember nothing of this conversation.";
  },
};

async function forgetChannel(place: Place, parts: CommandParts): Promise<Said> {
  const refusal = refusalOf(place, "channel", "delete the memory of all its threads");
  if (refusal !== undefined) return { refused: refusal };
  await endAll(parts.stops, meantBy(place, "reset", true));
  parts.thoughts.forgetAll(place.channel);
  const { turns, threads } = await parts.forgetting.channel(place.channel, waysOf(parts));
  const where = place.kind === "direct" ? "our direct messages" : "this channel";
  if (turns === 0) return `There is nothing to forget: I remember nothing of ${where}.`;
  return `Forgotten: ${counted(turns, "message")} in ${counted(threads, "thread")} of ${where}. The personas stay.`;
}

/** Asks first, and waits for the button. */
export const forgetMe: Command = {
  name: "forget me",
  summary: "Delete everything you said to me, in every thread; I ask first",
  options: [],
  private: true,
  lasting: true,
  personal: true,
  when: "at-once",
  async run(call) {
    const person = personOf(call);
    if (call.pressed === undefined) return question(call);
    const isAsked = call.parts.confirmations.take(person, call.parts.clock.now());
    if (!isAsked) return "That was asked too long ago, so I changed nothing. Say `forget me` again if you want it.";
    if (call.pressed === "keep-me") return "Nothing was changed. I keep what you said.";
    const isTheirs: IsMeant = ({ author, place }) => isOf(person, author.id, place);
    // An answer would say again what they want forgotten; and what was said before is not remembered after.
    await endAll(call.parts.stops, isTheirs);
    return report(await call.parts.forgetting.person(person, waysOf(call.parts)), call);
  },
};

function question({ author, place, parts }: CommandCall): Said {
  parts.confirmations.ask(personOf({ author, place }), parts.clock.now());
  return {
    text: [
      `Shall I forget everything you said to me, ${reach(place)}? Your messages go from my memory with your name, and so do my`,
      "answers to them, what others quoted of you, and what you chose for yourself. It cannot be undone.",
      "The messages that stand here stay; those are yours to delete. You have ten minutes.",
    ].join(" "),
    controls: [
      { command: "forget-me", label: "Forget everything I said", only: author.id },
      { command: "keep-me", label: "Keep it", only: author.id },
    ],
  };
}

const reach = ({ idsWithinServer, serverNoun = "server" }: Place): string =>
  idsWithinServer
    ? `in every thread of this ${serverNoun}`
    : "in every thread of every server and in our direct messages";

async function report({ messages, answers, threads }: Forgotten, call: CommandCall): Promise<string> {
  const rest = (await call.parts.optOuts.has(personOf(call)))
    ? ""
    : " From here on I remember anew; `memory off` keeps me from it.";
  const gone = counted(answers, "answer");
  if (messages === 0 && answers > 0) return `Forgotten: ${gone} about what others quoted of you.${rest}`;
  if (messages === 0) return `I remembered nothing that you said.${rest}`;
  return `Forgotten: ${counted(messages, "message")} in ${counted(threads, "thread")}, and ${gone} to them.${rest}`;
}

const waysOf = ({ inThread, clock }: CommandParts): ForgettingWays => ({
  alone: inThread,
  pause: () => clock.wait(0, never),
});
