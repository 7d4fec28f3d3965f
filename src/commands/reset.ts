import { endAll, meantBy } from "../exchange/stops.ts";
import type { Place } from "../port/index.ts";
import { sentences } from "../sentences/sentences.ts";
import { refusalOf } from "./authority.ts";
import type { Command, CommandParts, CommandResult } from "./command.ts";
import { channelName } from "./place-names.ts";

const said = sentences.commands.reset;

export const reset: Command = {
  name: "reset",
  summary: said.summary,
  options: [],
  private: false,
  when: "in-turn",
  stopsReply: true,
  async run({ place, channelWide, parts }) {
    if (channelWide) return resetChannel(place, parts);
    await parts.erasure.offered(({ thread }) => thread === place.thread);
    const summed = (await parts.summaries.at(place.thread)) !== undefined;
    const turns = await parts.store.forget(place.thread);
    parts.reasoning.forget(place.thread);
    // Or the next question would have the thread read back, as where the bot is called into it late.
    if (turns === 0 && place.kind === "thread") await parts.store.append(await parts.store.open(place.thread));
    if (turns > 0 || summed) return said.thread;
    return { refused: place.kind === "new-thread" ? said.nothingOutside : said.nothing };
  },
};

async function resetChannel(
  place: Place,
  { channelResets, erasure, reasoning, stops }: CommandParts,
): Promise<CommandResult> {
  const refusal = refusalOf(place, "channel", said.act);
  if (refusal !== undefined) return { refused: refusal };
  await endAll(stops, meantBy(place, "reset", true));
  await erasure.offered(({ channel }) => channel === place.channel);
  await channelResets.reset(place.channel);
  reasoning.forgetAll(place.channel);
  return said.channel(channelName(place));
}
