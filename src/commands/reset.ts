import { endAll, meantBy } from "../exchange/stops.ts";
import type { Place } from "../port/index.ts";
import { refusalOf } from "./authority.ts";
import type { Command, CommandParts, Said } from "./command.ts";

export const reset: Command = {
  name: "reset",
  summary: "Start this thread's memory over; the messages stay",
  options: [],
  private: false,
  when: "in-turn",
  interrupts: true,
  async run({ place, wide, parts }) {
    if (wide) return resetChannel(place, parts);
    await parts.forgetting.offered(({ thread }) => thread === place.thread);
    const turns = await parts.store.forget(place.thread);
    parts.thoughts.forget(place.thread);
    // Or the next question would have the thread read back, as where the bot is called into it late.
    if (turns === 0 && place.kind === "thread") await parts.store.append(await parts.store.open(place.thread));
    if (turns > 0) return "Memory cleared: from here on I know nothing of what was said before. The persona stays.";
    return place.kind === "fresh"
      ? "There is nothing to clear here: each mention starts a thread with a memory of its own. Say it inside that thread."
      : "There is nothing to clear: I remember nothing of this conversation.";
  },
};

async function resetChannel(place: Place, { channelResets, forgetting, thoughts, stops }: CommandParts): Promise<Said> {
  const refusal = refusalOf(place, "channel", "clear the memory of all its threads");
  if (refusal !== undefined) return { refused: refusal };
  await endAll(stops, meantBy(place, "reset", true));
  await forgetting.offered(({ channel }) => channel === place.channel);
  await channelResets.reset(place.channel);
  thoughts.forgetAll(place.channel);
  const where = place.kind === "direct" ? "our direct messages" : "all threads of this channel";
  return `Memory cleared in ${where}: I know nothing of what was said there before. The personas stay.`;
}
