import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { patienceMs } from "../emulators/until.ts";

export type SpawnOptions = {
  /** The environment, whole; only PATH, HOME and Node's cache of compiled modules are added. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs, and so where `./data` and `.env` are; a new temporary folder if not set. */
  readonly folder?: string;
  readonly args?: readonly string[];
  /** With short waits at its end, and a demo model that speaks fast. */
  readonly hurried?: boolean;
  /** The largest file that it may write, in kilobytes. */
  readonly maxFileKilobytes?: number;
};

export type SpawnedParley = {
  readonly folder: string;
  /** Everything it wrote to both streams so far, in the order in which it came. */
  output(): string;
  /** Resolves when the output holds the text. Rejects, with the output, when time is up or the process ends without it. */
  until(text: string, timeoutMs?: number): Promise<void>;
  /** Types lines; `close` ends the input. */
  type(...lines: readonly string[]): void;
  close(): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves at the end of the process and of its output, to its exit code or the signal that ended it. */
  exit(timeoutMs?: number): Promise<number | NodeJS.Signals>;
};

const main = join(import.meta.dirname, "../../src/main.ts");
const hurried = join(import.meta.dirname, "hurried.ts");
/** Both ways to start share what is compiled. */
const NODE_COMPILE_CACHE = join(import.meta.dirname, "../../node_modules/.cache/parley");

/** Starts the bot as an admin does: a process of its own, with real pipes. It ends with the test at the latest. */
export function spawnParley({ env = {}, folder = openFolder(), ...options }: SpawnOptions = {}): SpawnedParley {
  const command = [process.execPath, options.hurried ? hurried : main, ...(options.args ?? [])];
  const [file = "", ...args] =
    options.maxFileKilobytes === undefined ? command : limited(command, options.maxFileKilobytes);
  const { PATH = "", HOME = folder } = process.env;
  const child = spawn(file, args, { cwd: folder, env: { PATH, HOME, NODE_COMPILE_CACHE, ...env }, stdio: "pipe" });
  const waiting = new Set<() => void>();
  let output = "";
  let ended: number | NodeJS.Signals | undefined;

  const changed = () => {
    for (const look of [...waiting]) look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      changed();
    });
  }
  child.stdin.on("error", () => undefined); // it may end before all was typed
  child.once("close", (code, signal) => {
    ended = code ?? signal ?? "SIGKILL";
    changed();
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await settled(() => (ended === undefined ? undefined : true), "the end of the process", patienceMs);
  });

  /** Looks again after everything that comes, never by the clock. */
  function settled<T>(look: () => T | undefined, what: string, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        clearTimeout(timer);
        waiting.delete(check);
        then();
      };
      const late = (why: string) => settle(() => reject(new Error(`${why}: ${what}\n--- output\n${output}`)));
      const check = () => {
        const found = look();
        if (found !== undefined) settle(() => resolve(found));
        else if (ended !== undefined) late(`ended (${ended}) without`);
      };
      const timer = setTimeout(() => late(`not within ${timeoutMs} ms`), timeoutMs);
      waiting.add(check);
      check();
    });
  }

  return {
    folder,
    output: () => output,
    until: async (text, timeoutMs = patienceMs) => {
      await settled(() => output.includes(text) || undefined, JSON.stringify(text), timeoutMs);
    },
    type: (...lines) => void child.stdin.write(lines.map((line) => `${line}\n`).join("")),
    close: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    exit: (timeoutMs = patienceMs) => settled(() => ended, "the end of the process", timeoutMs),
  };
}

/** A temporary folder that goes with the test; for several runs that share their files. */
export function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A full disk without one: the system refuses writes behind this size. The shell counts in blocks of 512 bytes. */
function limited(command: readonly string[], kilobytes: number): readonly string[] {
  return ["/bin/sh", "-c", `ulimit -f ${kilobytes * 2}; exec "$@"`, "sh", ...command];
}
