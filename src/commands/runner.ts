import type { Core } from "../conversation/core.ts";
import { split } from "../markdown/split.ts";
import { type CommandEvent, PlatformError, type ReplySurface } from "../port/index.ts";
import { never } from "../runtime/clock.ts";
import type { Mailboxes } from "../runtime/mailbox.ts";
import type { Command, Said } from "./command.ts";
import { toTold } from "./told.ts";

/** One use of a command, typed as a word of a message or drawn by the platform. */
export type Call = Pick<CommandEvent, "id" | "place" | "author" | "options" | "wide" | "pressed">;

export interface CommandRunner {
  /** A command takes its turn in the thread only where it touches the conversation. */
  run(command: Command, call: Call, surface: ReplySurface): Promise<void>;
  /** Runs it where its turn has come already. */
  runNow(command: Command, call: Call, surface: ReplySurface): Promise<void>;
}

export function createCommandRunner(core: Core, mailboxes: Mailboxes): CommandRunner {
  async function run(command: Command, call: Call, surface: ReplySurface): Promise<void> {
    // Delivered again after a restart, what changes nothing does no harm, and must not wait for the store.
    const repeated = changes(command) ? core.handled.has(call.id) : Promise.resolve(false);
    repeated.catch(ignore);
    const once = async () => ((await repeated) ? undefined : runNow(command, call, surface));
    // Posted at once, not after a look into the store: messages keep their order.
    const done = command.when === "at-once" ? once() : mailboxes.post(call.place.thread, once);
    if (command.interrupts && !call.wide)
      repeated.then((known) => known || core.inFlight.stop(call.place, "reset"), ignore);
    await done;
  }

  async function runNow(command: Command, call: Call, surface: ReplySurface): Promise<void> {
    const { id, place, author, options, wide, pressed } = call;
    const use = { place, author, options, ...(wide ? { wide } : {}), ...(pressed ? { pressed } : {}) };
    const said = await command.run({ ...use, parts: { ...core, inThread: mailboxes.post } });
    if (changes(command)) await core.handled.add(id);
    await say(said, command.private, surface);
  }

  async function say(said: Said, isPrivate: boolean, surface: ReplySurface): Promise<void> {
    const told = toTold(said, surface);
    if (told === undefined) return;
    const tell = isPrivate || told.isRefusal ? (surface.whisper ?? surface.respond) : surface.respond;
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
      await core.clock.wait(ms, never);
      await tell();
    }
  }

  return { run, runNow };
}

const changes = (command: Command): boolean => !command.private || command.lasting === true;

/** Nobody waits longer than this for a short answer. */
const longestWaitMs = 60_000;

/** Whoever waits for the promise itself hears of it. */
const ignore = (): void => undefined;
