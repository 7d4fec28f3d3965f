import { idleThreadTable, measureIdleThreads } from "./idle-threads.ts";
import { loopDelayTable, measureLoopDelays } from "./loop-delays.ts";
import { measurePromptShares, promptShareTable } from "./prompt-share.ts";
import { measureTurnCosts, turnCostTable } from "./turn-cost.ts";

/** A table of parley's own that needs no other bot. */
export type Figure = {
  readonly name: string;
  /** It takes most of an hour, so it is measured only where it is asked for. */
  readonly long?: true;
  measure(): Promise<string>;
};

export const figures: readonly Figure[] = [
  {
    name: "Turn cost by the length of the thread",
    measure: async () => turnCostTable(await measureTurnCosts()),
  },
  {
    name: "Share of a prompt that repeats the one before, over 300 questions",
    measure: async () => promptShareTable(measurePromptShares()),
  },
  {
    name: "Waits of the event loop while it answers with one construct",
    measure: async () => loopDelayTable(await measureLoopDelays()),
  },
  {
    name: "Memory of idle threads",
    long: true,
    measure: async () => idleThreadTable(await measureIdleThreads()),
  },
];
