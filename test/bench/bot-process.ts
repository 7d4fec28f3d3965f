import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type BotProcess = {
  readonly startedAt: number;
  /** Processor time of all of its threads so far. */
  cpuMs(): number;
  residentKb(): number;
  ended(): boolean;
  /** What it complained of, its last lines. */
  complaints(): string;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
};

/** Starts a bot as an admin does, in a folder of its own. Processor time and memory come from /proc, so Linux only. */
export function startBot(command: readonly string[], env: Readonly<Record<string, string>>): BotProcess {
  const folder = mkdtempSync(join(tmpdir(), "parley-bench-"));
  const { PATH = "" } = process.env;
  const startedAt = performance.now();
  const child = spawn(process.execPath, command.map(toArgument), {
    cwd: folder,
    env: { PATH, HOME: folder, NODE_ENV: "production", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill); // whoever breaks the benchmark off leaves no bot behind
  let complaints = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(-2_000);
  });
  return {
    startedAt,
    cpuMs: () => cpuMs(child),
    residentKb: () => residentKb(child),
    ended: () => child.exitCode !== null || child.signalCode !== null,
    complaints: () => complaints,
    signal: (name) => void child.kill(name),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        kill();
        await once(child, "exit");
      }
      process.off("exit", kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const toArgument = (word: string): string => (word.startsWith("-") ? word : join(import.meta.dirname, word));

function cpuMs({ pid }: ChildProcess): number {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user = 0, system = 0] = fields.split(" ").slice(11, 13).map(Number);
  return (user + system) * 10; // clock ticks are hundredths of a second
}

function residentKb({ pid }: ChildProcess): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes);
}
