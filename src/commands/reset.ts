import type { Command } from "./command.ts";

export const reset: Command = {
  name: "reset",
  summary: "Start this thread's memory over; the messages stay",
  options: [],
  private: false,
  when: "in-turn",
  interrupts: true,
  async run({ place, parts }) {
    const turns = await parts.store.forget(place.thread);
    if (turns > 0) return "Memory cleared: from here on I know nothing of what was said before. The persona stays.";
    return place.kind === "fresh"
      ? "There is nothing to clear here: each mention starts a thread with a memory of its own. Say it inside that thread."
      : "There is nothing to clear: I remember nothing of this conversation.";
  },
};
