import { type Limits, messageId, noSurface, type ReplySurface } from "../../src/port/index.ts";

/** A surface that takes everything and keeps nothing, for measuring what comes before it. */
export function createSilentSurface(limits: Limits): ReplySurface {
  let made = 0;
  const done = async () => undefined;
  const create = async () => {
    made++;
    return messageId(`test:${made}`);
  };
  return { ...noSurface, limits, adopt: () => undefined, create, edit: done, remove: done };
}
