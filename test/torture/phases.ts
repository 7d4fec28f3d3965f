import { setTimeout as pause } from "node:timers/promises";
import type { Stage } from "./stage.ts";
import { ask, askTogether } from "./talk.ts";

/** A stretch of a reply's life in which the process is to be killed: what is asked for it, and how its moment is found. */
export type Phase = {
  readonly name: string;
  /** The bot is killed before it is connected. */
  readonly early?: true;
  readonly signal?: "SIGTERM";
  arrive(stage: Stage): Promise<void>;
};

/** No moment is waited for longer: a kill at another one is as good. */
const patienceMs = 3_000;

/** A short run goes through the first ones. */
export const phases: readonly Phase[] = [
  {
    name: "between post and first edit",
    async arrive(stage) {
      const before = written(stage);
      ask(stage);
      await seen(() => written(stage) > before);
      await pause(stage.dice.between(0, 60));
    },
  },
  {
    name: "while others wait",
    async arrive(stage) {
      askTogether(stage, stage.dice.whole(2, 5));
      await seen(() => isStreaming(stage));
      await pause(stage.dice.between(0, 1_500));
    },
  },
  {
    name: "right after it has started",
    async arrive({ dice }) {
      await pause(dice.between(0, 600));
    },
  },
  {
    name: "at the end of an answer",
    async arrive(stage) {
      const before = stage.model.ended();
      ask(stage);
      await seen(() => stage.model.ended() > before);
      await pause(stage.dice.between(0, 80));
    },
  },
  {
    name: "asked to end (SIGTERM)",
    signal: "SIGTERM",
    async arrive(stage) {
      ask(stage);
      await pause(stage.dice.between(0, 1_500));
    },
  },
  {
    name: "mid-stream",
    async arrive(stage) {
      ask(stage);
      await seen(() => isStreaming(stage));
      await pause(stage.dice.between(20, 400));
    },
  },
  {
    name: "right after a mention",
    async arrive(stage) {
      ask(stage);
      await pause(stage.dice.between(0, 120));
    },
  },
  {
    name: "while it starts",
    early: true,
    async arrive({ dice }) {
      await pause(dice.between(0, 2_000));
    },
  },
  {
    name: "at any time",
    async arrive(stage) {
      ask(stage);
      await pause(stage.dice.between(0, 4_000));
    },
  },
];

const written = ({ sides }: Stage): number =>
  sides.flatMap((side) => side.places()).reduce((sum, place) => sum + place.written.length, 0);

const isStreaming = ({ model }: Stage): boolean => model.open().some(({ request }) => request.sentAt.length > 3);

/** Looked at every few milliseconds: which emulator will tell of it is not known. */
async function seen(fact: () => boolean): Promise<void> {
  const until = performance.now() + patienceMs;
  while (!fact() && performance.now() < until) await pause(5);
}
