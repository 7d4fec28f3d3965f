import type { Command } from "./command.ts";

export const stop: Command = {
  name: "stop",
  summary: "Stop the answer that is being written; what is there stays",
  options: [],
  private: true,
  when: "at-once",
  run: async ({ place, wide, parts }) =>
    parts.inFlight.stop(place, "person", wide) ? { evident: "Stopped." } : "Nothing is being written here.",
};
