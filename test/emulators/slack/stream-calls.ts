import type { Json } from "./records.ts";
import { text } from "./values.ts";
import type { World } from "./world.ts";

const ordered = ["chat.appendStream", "chat.stopStream"];

/** Calls that must not overlap take at least so long: answered at once, they would never be seen to. */
export function shortest(method: string): number {
  return ordered.includes(method) ? 5 : 0;
}

/**
 * Notes a call that reaches its stream before the one before it was answered: Slack would apply them in any order.
 * `arrived` is the order in which the call came in; the answer is told by calling what this returns.
 */
export function watchStream(
  world: World,
  { method, args }: { readonly method: string; readonly args: Json },
  arrived: number,
): () => void {
  const ts = text(args["ts"]);
  if (!ordered.includes(method) || ts === "") return () => {};
  const calls = world.streamCalls.get(ts) ?? { open: 0, answered: 0 };
  world.streamCalls.set(ts, calls);
  if (calls.open > 0 || calls.answered > arrived)
    world.problems.push(`${method}: overlaps another call on the stream ${ts}`);
  calls.open += 1;
  let over = false;
  return () => {
    if (over) return;
    over = true;
    calls.open -= 1;
    calls.answered = world.order();
  };
}
