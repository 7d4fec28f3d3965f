import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { readStored, type Stored } from "./stored.ts";

/** One run of the bot's process. */
export type Life = {
  readonly startedAt: number;
  /** Since when both platforms could reach it. */
  readyAt?: number;
  endedAt?: number;
  /** Its exit code, or the signal that ended it. */
  end?: string;
  /** Whether the driver ended it. */
  wanted: boolean;
};

/** The bot as an admin runs it: started again whenever it ends, its files kept. */
export type Bot = {
  readonly folder: string;
  readonly lives: readonly Life[];
  /** Starts it and does not wait. */
  start(): void;
  /** Resolves when it is connected; where it ends before that, it is started again. */
  up(): Promise<void>;
  running(): boolean;
  /** Resolves when it has ended, to how. After `graceMs` it is killed. */
  end(signal: "SIGKILL" | "SIGTERM", graceMs?: number): Promise<string>;
  /** What its store holds; looked at in a copy. */
  stored(): Stored;
  lockStore(ms: number): Promise<boolean>;
  /** For so long there is no room for anything that it wants to store. False where it does not run. */
  fillDisk(ms: number): Promise<boolean>;
  /** Its clock jumps, and stays ahead or behind by that. */
  shiftClock(ms: number): void;
  /** The last lines of its log. */
  log(): string;
  /** Ends it and takes its files away. */
  close(how?: { readonly keep: boolean }): Promise<void>;
};

export type BotOptions = {
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when a bot that starts now is connected everywhere. */
  readonly connected: (timeoutMs: number) => Promise<void>;
  /** The program; this repository's if not set. */
  readonly main?: string | undefined;
  /** Called where it ends, though it was connected and nobody ended it. */
  readonly died: (end: string) => void;
};

const ownMain = join(import.meta.dirname, "../../src/main.ts");
const shiftClock = pathToFileURL(join(import.meta.dirname, "shift-clock.mjs")).href;
const startMs = 40_000;
/** A write behind so many bytes of a file is refused while the disk is full. */
const smallestFile = 4_096;
/** What was handled is known for an hour: a clock that is farther off makes old events new. */
const mostAhead = 20 * 60_000;

export function createBot({ env, connected, died, main = ownMain }: BotOptions): Bot {
  const folder = mkdtempSync(join(tmpdir(), "parley-torture-"));
  const logFile = join(folder, "bot.log");
  const clockFile = join(folder, "clock");
  writeFileSync(clockFile, "0");
  let ahead = 0;
  const database = join(folder, "data/parley.sqlite");
  const lives: Life[] = [];
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  let ready: Promise<void> = Promise.resolve();

  const killAtExit = () => void child?.kill("SIGKILL");
  process.once("exit", killAtExit);

  function start(): void {
    if (running()) return;
    const life: Life = { startedAt: performance.now(), wanted: false };
    lives.push(life);
    appendFileSync(logFile, `--- life ${lives.length} at ${Math.round(life.startedAt)}\n`);
    const { PATH = "" } = process.env;
    const clock = { CLOCK_FILE: clockFile, NODE_OPTIONS: `--import=${shiftClock}` };
    const options = { PATH, HOME: folder, LOG_LEVEL: "warn", ...clock, ...env };
    ready = connected(startMs).then(() => {
      if (life.endedAt === undefined) life.readyAt = performance.now();
    });
    ready.catch(() => undefined); // told where it is waited for
    const begun = spawn(process.execPath, [main], { cwd: folder, env: options, stdio: ["ignore", "ignore", "pipe"] });
    begun.stderr.on("data", (lines: Buffer) => appendFileSync(logFile, lines));
    child = begun;
    ended = once(begun, "exit").then(([code, signal]) => {
      life.endedAt = performance.now();
      life.end = String(code ?? signal);
      if (!life.wanted && life.readyAt !== undefined) died(life.end);
    });
  }

  const running = () => child !== undefined && child.exitCode === null && child.signalCode === null;

  async function up(): Promise<void> {
    for (let tries = 0; tries < 30; tries += 1) {
      start();
      if ((await Promise.race([ready.then(() => "ready"), ended.then(() => "ended")])) === "ready") return;
      await pause(300);
    }
    throw new Error(`the bot does not start\n${tail()}`);
  }

  async function end(signal: "SIGKILL" | "SIGTERM", graceMs = 0): Promise<string> {
    const life = lives.at(-1);
    if (!running() || life === undefined) return "it had ended";
    life.wanted = true;
    const ending = child;
    ending?.kill(signal);
    const late = setTimeout(() => ending?.kill("SIGKILL"), graceMs);
    await ended;
    clearTimeout(late);
    return life.end ?? "";
  }

  const tail = () => readFileSync(logFile, "utf8").slice(-3_000);

  return {
    folder,
    lives,
    start,
    up,
    running,
    end,
    stored: () => readStored(database),
    async lockStore(ms) {
      if (!existsSync(database)) return false;
      const other = new DatabaseSync(database);
      try {
        other.exec("PRAGMA busy_timeout = 200; BEGIN IMMEDIATE");
        await pause(ms);
        other.exec("ROLLBACK");
        return true;
      } catch {
        return false; // the bot was writing all the while
      } finally {
        other.close();
      }
    },
    async fillDisk(ms) {
      const { pid } = child ?? {};
      if (!running() || pid === undefined) return false;
      const limit = (bytes: string) => execFileSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}`]);
      limit(`${smallestFile}:unlimited`);
      await pause(ms);
      if (running() && child?.pid === pid) limit("unlimited:unlimited");
      return true;
    },
    shiftClock(ms) {
      ahead = Math.max(-mostAhead, Math.min(ahead + ms, mostAhead));
      writeFileSync(clockFile, String(ahead));
      if (running() && lives.at(-1)?.readyAt !== undefined) child?.kill("SIGUSR2");
    },
    log: tail,
    async close({ keep } = { keep: false }) {
      if (running()) {
        await end("SIGKILL");
      }
      process.off("exit", killAtExit);
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}
