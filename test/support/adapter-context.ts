import { completePreset } from "../../src/choices/presets.ts";
import { commandSpecs } from "../../src/commands/catalog.ts";
import { type AccessRules, isAllowed, isServed } from "../../src/limits/access.ts";
import type { AdapterContext, AdapterLog, AdapterNotes } from "../../src/port/index.ts";
import { createEditBudget, type EditBudget } from "../../src/reply/edit-budget.ts";
import { type Clock, steadyClock, systemClock } from "../../src/runtime/clock.ts";

export type TestContext = AdapterContext & {
  readonly budget: EditBudget;
  readonly quits: readonly (string | undefined)[];
};

/** What main gives an adapter; `quits` collects what it ended the bot with. */
export function createContext(log: AdapterLog, access?: AccessRules, clock?: Clock): TestContext {
  const quits: (string | undefined)[] = [];
  return {
    commands: commandSpecs,
    complete: completePreset,
    log,
    notes: notesInMemory(),
    mayKeep: async () => true,
    budget: createEditBudget(clock ?? steadyClock),
    clock: clock ?? systemClock,
    admits: (event) => isAllowed(event, access),
    admitsServer: (server) => isServed(server, access),
    quit: (problem) => void quits.push(problem),
    quits,
  };
}

export function notesInMemory(): AdapterNotes {
  const texts = new Map<string, string>();
  return {
    get: async (name) => texts.get(name),
    set: async (name, text) => void texts.set(name, text),
    delete: async (name) => void texts.delete(name),
    names: async (prefix) => [...texts.keys()].filter((name) => name.startsWith(prefix)).sort(),
  };
}
