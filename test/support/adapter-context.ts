import { commandSpecs } from "../../src/commands/catalog.ts";
import { completePreset } from "../../src/persona/presets.ts";
import type { AdapterContext, AdapterLog } from "../../src/port/index.ts";

/** What main gives an adapter; `quits` collects what it ended the bot with. */
export function createContext(log: AdapterLog): AdapterContext & { readonly quits: readonly (string | undefined)[] } {
  const quits: (string | undefined)[] = [];
  return {
    commands: commandSpecs,
    complete: completePreset,
    log,
    now: () => Date.now(),
    quit: (problem) => void quits.push(problem),
    quits,
  };
}
