import { setTimeout as pause } from "node:timers/promises";
import type { Stage } from "./stage.ts";

/** Without a request to the model or a platform for so long, nothing more will come of itself. */
const silentMs = 12_000;
const lookMs = 250;
/** The same once everything is as it should be: what comes later would show then. */
const contentMs = 4_000;

/** Waits until all is quiet, or time is up. False where it still was not. */
export async function settle(stage: Stage, isRight: () => boolean, limitMs: number): Promise<boolean> {
  const until = performance.now() + limitMs;
  while (performance.now() < until) {
    await pause(lookMs);
    const silence = performance.now() - lastSign(stage);
    const idle = stage.model.open().length === 0;
    if (idle && silence > silentMs) return true;
    if (idle && silence > contentMs && isRight()) return true;
  }
  return false;
}

function lastSign({ sides, model, questions }: Stage): number {
  const asked = questions.flatMap(({ number }) => model.attempts(number).map(({ at }) => at));
  return Math.max(0, ...sides.map(({ requests }) => requests.at(-1)?.at ?? 0), ...asked);
}
