import type { Queue } from "../exchange/queue.ts";
import { meantBy, type Stops } from "../exchange/stops.ts";
import { mostCommands } from "../limits/backlog.ts";
import { createCooldown } from "../limits/cooldown.ts";
import { split } from "../markdown/cutting/split.ts";
import type { KnownEvents } from "../memory/known-events.ts";
import { personKey, personOf } from "../memory/person.ts";
import { type CommandEvent, noSurface, type Place, PlatformError, type ReplySurface } from "../port/index.ts";
import { fullNotice } from "../reply/refusal-notices.ts";
import { never } from "../runtime/clock.ts";
import { createTally } from "../runtime/tally.ts";
import type { Command, CommandParts, CommandResult } from "./command.ts";
import { toVisible } from "./visible.ts";

/** One use of a command, typed as a word of a message or drawn by the platform. */
export type Call = Pick<CommandEvent, "id" | "place" | "author" | "options" | "channelWide" | "button">;

export interface CommandRunner {
  /** A command takes its turn in the thread only where it touches the conversation. */
  run(command: Command, call: Call, surface: ReplySurface): Promise<void>;
  /** Runs it where its turn has come already. */
  runNow(command: Command, call: Call, surface: ReplySurface): Promise<void>;
}

/** What commands may touch, and what tells whether one was carried out before. */
export type CommandRunnerParts = Omit<CommandParts, "exclusive" | "stops"> & { readonly known: KnownEvents };

export function createCommandRunner(
  parts: CommandRunnerParts,
  queue: Pick<Queue, "exclusive">,
  stops: Stops,
): CommandRunner {
  const pending = createTally();
  const told = createCooldown(parts.clock, 60_000);

  async function run(command: Command, call: Call, surface: ReplySurface): Promise<void> {
    const person = personKey(personOf(call));
    const isFull = pending.count(person) >= mostCommands;
    // A stop makes room, so it is carried out all the same; but a flood of them is not answered each time.
    if (!isFull || command.name === "stop") {
      const end = pending.add(person);
      return carryOut(command, call, isFull && !surface.expectsResponse ? noSurface : surface).finally(end);
    }
    const isNews = told.ready(person);
    if (isNews || surface.expectsResponse) await say({ refused: fullNotice("commands") }, true, surface);
  }

  async function carryOut(command: Command, call: Call, surface: ReplySurface): Promise<void> {
    // Delivered again after a restart, what changes nothing does no harm, and must not wait for the store.
    const repeated = changes(command) ? parts.known.isDone(call.id) : undefined;
    repeated?.catch(ignore);
    // A stop means what was said before it, so nothing is waited for: the next message may have come with it.
    const once = () =>
      repeated === undefined
        ? runNow(command, call, surface)
        : repeated.then((isDone) => (isDone ? undefined : runNow(command, call, surface)));
    // Posted at once, not after a look into the store: messages keep their order.
    const done = command.when === "at-once" ? once() : queue.exclusive(call.place.thread, once);
    if (command.stopsReply && !call.channelWide) void interrupt(repeated, call.place);
    await done;
  }

  /** At once, while the command itself waits for its turn behind the answer. */
  async function interrupt(repeated: Promise<boolean> | undefined, place: Place): Promise<void> {
    const isMeant = meantBy(place, "reset");
    const drop = stops.waiting(isMeant, "reset");
    if (await repeated?.catch(() => true)) return; // whoever waits for the command hears of the failure
    await Promise.all([stops.answers(isMeant, "reset"), drop()]);
  }

  async function runNow(command: Command, call: Call, surface: ReplySurface): Promise<void> {
    const { id, place, author, options, channelWide, button } = call;
    const use = {
      place,
      author,
      options,
      ...(channelWide ? { channelWide } : {}),
      ...(button ? { button } : {}),
    };
    const said = await command.run({
      ...use,
      parts: { ...parts, exclusive: queue.exclusive, stops },
    });
    if (changes(command)) await parts.known.done(id);
    await say(said, command.private, surface);
  }

  async function say(said: CommandResult, isPrivate: boolean, surface: ReplySurface): Promise<void> {
    const told = toVisible(said, surface);
    if (told === undefined) return;
    const tell = isPrivate || told.isRefusal ? (surface.respondPrivately ?? surface.respond) : surface.respond;
    const parts = split(told.text, surface.limits.maxLength);
    for (const [at, part] of parts.entries()) {
      await patiently(() => tell(part, at === parts.length - 1 ? told.extra : undefined));
    }
  }

  /** A short answer that came too fast for the platform is said once it may be. */
  async function patiently(tell: () => Promise<void>): Promise<void> {
    try {
      await tell();
    } catch (error) {
      const ms =
        error instanceof PlatformError && error.code === "rate-limited" ? (error.retryAfterMs ?? 1_000) : undefined;
      if (ms === undefined || ms > longestWaitMs) throw error;
      await parts.clock.wait(ms, never);
      await tell();
    }
  }

  return { run, runNow };
}

const changes = (command: Command): boolean => !command.private || command.mutates === true;

/** Nobody waits longer than this for a short answer. */
const longestWaitMs = 60_000;

/** Whoever waits for the promise itself hears of it. */
const ignore = (): void => undefined;
