import { meantBy } from "../exchange/stops.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Command } from "./command.ts";

const said = sentences.commands.stop;

export const stop: Command = {
  name: "stop",
  summary: said.summary,
  options: [],
  private: true,
  when: "at-once",
  async run({ place, channelWide, button, parts }) {
    const isMeant = meantBy(place, "person", channelWide);
    // Noted before anything is awaited: what is said after the stop is not meant.
    const drop = parts.stops.waiting(isMeant, "person");
    const stopped = await parts.stops.answers(isMeant, "person");
    // The button stands under one answer, and what others asked is none of its business.
    const dropped = button === undefined ? await drop() : 0;
    if (dropped > 0) return { alreadyVisible: sentences.answers.dropped(dropped) };
    return stopped > 0 ? { alreadyVisible: sentences.answers.stopped } : { refused: said.nothing };
  },
};
