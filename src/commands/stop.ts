import { droppedNotice } from "../reply/notices.ts";
import { meantBy } from "../runtime/in-flight.ts";
import type { Command } from "./command.ts";

export const stop: Command = {
  name: "stop",
  summary: "Stop the answer that is being written; what is there stays",
  options: [],
  private: true,
  when: "at-once",
  async run({ place, wide, pressed, parts }) {
    const isStopped = parts.inFlight.stop(place, "person", wide);
    // The button stands under one answer, and what others asked is none of its business.
    const dropped = pressed === undefined ? await parts.dropWaiting(meantBy(place, "person", wide), "stopped") : 0;
    if (dropped > 0) return { evident: droppedNotice(dropped) };
    return isStopped ? { evident: "Stopped." } : "Nothing is being written here.";
  },
};
