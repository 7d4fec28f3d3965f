import { meantBy } from "../exchange/stops.ts";
import { droppedNotice } from "../reply/notices.ts";

import type { Command } from "./command.ts";

export const stop: Command = {
  name: "stop",
  summary: "Stop the answer that is being written; what is there stays",
  options: [],
  private: true,
  when: "at-once",
  async run({ place, wide, pressed, parts }) {
    const isMeant = meantBy(place, "person", wide);
    // Noted before anything is awaited: what is said after the stop is not meant.
    const drop = parts.stops.waiting(isMeant, "person");
    const stopped = await parts.stops.answers(isMeant, "person");
    // The button stands under one answer, and what others asked is none of its business.
    const dropped = pressed === undefined ? await drop() : 0;
    if (dropped > 0) return { evident: droppedNotice(dropped) };
    return stopped > 0 ? { evident: "Stopped." } : "Nothing is being written here.";
  },
};
