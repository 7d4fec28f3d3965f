import { endAll, type IsMeant, meantBy } from "../exchange/stops.ts";
import { isOf, personOf } from "../memory/person.ts";
import type { Place } from "../port/index.ts";
import { joined } from "../reply/notices.ts";
import { never } from "../runtime/clock.ts";
import { sentences } from "../sentences/sentences.ts";
import type { ErasureScheduler, Forgotten } from "../store/conversation-store.ts";
import { refusalOf } from "./authority.ts";
import type { Command, CommandCall, CommandParts, CommandResult } from "./command.ts";
import { channelName, threadName } from "./place-names.ts";

const { forgetMe: said, forgetThread: forgetThreadSaid } = sentences.commands;

export const forgetThread: Command = {
  name: "forget thread",
  summary: forgetThreadSaid.summary,
  options: [],
  private: true,
  mutates: true,
  when: "in-turn",
  stopsReply: true,
  async run({ place, channelWide, parts }) {
    if (channelWide) return forgetChannel(place, parts);
    const refusal = refusalOf(place, "thread", forgetThreadSaid.act);
    if (refusal !== undefined) return { refused: refusal };
    const { turns, summed } = await parts.erasure.thread(place.thread);
    if (turns > 0) return forgetThreadSaid.done(turns, threadName(place));
    if (summed) return forgetThreadSaid.summaryOnly(threadName(place));
    return {
      refused:
        place.kind === "new-thread" ? forgetThreadSaid.nothingOutside : forgetThreadSaid.nothing(threadName(place)),
    };
  },
};

async function forgetChannel(place: Place, parts: CommandParts): Promise<CommandResult> {
  const refusal = refusalOf(place, "channel", forgetThreadSaid.actChannel);
  if (refusal !== undefined) return { refused: refusal };
  await endAll(parts.stops, meantBy(place, "reset", true));
  parts.reasoning.forgetAll(place.channel);
  const { turns, threads } = await parts.erasure.channel(place.channel, waysOf(parts));
  const where = channelName(place);
  return threads === 0
    ? { refused: forgetThreadSaid.nothing(where) }
    : forgetThreadSaid.doneChannel(turns, threads, where);
}

/** Asks first, and waits for the button. */
export const forgetMe: Command = {
  name: "forget me",
  summary: said.summary,
  options: [],
  private: true,
  mutates: true,
  personal: true,
  when: "at-once",
  async run(call) {
    const person = personOf(call);
    if (call.button === undefined) return question(call);
    const isAsked = call.parts.confirmations.take(person, call.parts.clock.now());
    if (!isAsked) return said.tooLate;
    if (call.button === "keep-me") return said.kept;
    const isTheirs: IsMeant = ({ author, place }) => isOf(person, author.id, place);
    // An answer would say again what they want forgotten; and what was said before is not remembered after.
    await endAll(call.parts.stops, isTheirs);
    return report(await call.parts.erasure.person(person, waysOf(call.parts)), call);
  },
};

function question({ author, place, parts }: CommandCall): CommandResult {
  parts.confirmations.ask(personOf({ author, place }), parts.clock.now());
  return {
    text: said.question(reach(place)),
    controls: [
      { command: "forget-me", label: said.confirm, only: author.id },
      { command: "keep-me", label: said.cancel, only: author.id },
    ],
  };
}

const reach = ({ idsPerServer, serverNoun = "server" }: Place): string =>
  idsPerServer ? said.inServer(serverNoun) : said.everywhere;

async function report({ messages, answers, threads }: Forgotten, call: CommandCall): Promise<string> {
  const rest = (await call.parts.optOuts.has(personOf(call))) ? undefined : said.goesOn;
  return joined(goneOf({ messages, answers, threads }), rest);
}

function goneOf({ messages, answers, threads }: Forgotten): string {
  if (messages > 0) return said.done(messages, threads, answers);
  return answers > 0 ? said.quotesOnly(answers) : said.nothing;
}

const waysOf = ({ exclusive, clock }: CommandParts): ErasureScheduler => ({
  exclusive,
  pause: () => clock.wait(0, never),
});
