import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startOpenAi } from "../emulators/openai/openai-emulator.ts";
import { createDice } from "../torture/dice.ts";
import { openStage } from "./stages.ts";

// npm run soak. Many people write in many threads, some to the bot; its memory has to stay what it was.

const { values: options } = parseArgs({
  options: {
    platform: { type: "string", default: "discord" },
    events: { type: "string", default: "100000" },
    answers: { type: "string", default: "2000" },
    people: { type: "string", default: "10000" },
    threads: { type: "string", default: "5000" },
    main: { type: "string", default: join(import.meta.dirname, "../../src/main.ts") },
  },
});
const events = Number(options.events);
const everySo = Math.round(events / Number(options.answers));
const size = { people: Number(options.people), threads: Number(options.threads) };

/** Memory is measured so often; the first half is left to caches that fill. */
const measures = 10;
/** By how much of it the heap may have grown in the second half. */
const mostGrowth = 0.1;
/** Questions that may be waiting for their answers: enough to keep the bot busy, too few for any limit. */
const mostOpen = 20;

const folder = mkdtempSync(join(tmpdir(), "parley-soak-"));
const dice = createDice(7);
const ai = await startOpenAi();
ai.replies({ text: "A short answer, as most are." });
const stage = await openStage(options.platform, size);
const bot = startBot();
const killAtExit = () => void bot.kill("SIGKILL");
process.once("exit", killAtExit);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
await stage.connected();

const heaps: number[] = [];
const questions: number[] = [];
for (let event = 1; event <= events; event++) {
  const isQuestion = event % everySo === 0;
  const [thread, person] = [dice.whole(0, size.threads - 1), dice.whole(0, size.people - 1)];
  stage.say(thread, person, `Message ${event}: ${"some words ".repeat(dice.whole(1, 20))}`, isQuestion);
  if (isQuestion) questions.push(event);
  if (isQuestion) await answered(mostOpen);
  if (event % 50 === 0) await pause(0); // the sockets are this process's as well
  if (event % (events / measures) !== 0) continue;
  await answered(0);
  await pause(2_000); // what is stored after an answer
  const { heapUsed, rss, external } = await memory();
  heaps.push(heapUsed);
  console.log(
    `${event} events, ${questions.length} answers: heap ${mega(heapUsed)}, external ${mega(external)}, resident ${mega(rss)} MB`,
  );
}

const half = heaps[measures / 2 - 1] ?? 0;
const growth = ((heaps.at(-1) ?? 0) - half) / half;
const isFlat = growth <= mostGrowth;
console.log(
  `From the middle to the end the heap grew by ${Math.round(growth * 100)} %: ${isFlat ? "flat" : "NOT flat"}`,
);
for (const problem of stage.problems.slice(0, 5)) console.log(problem);
bot.kill("SIGTERM");
await once(bot, "exit");
process.off("exit", killAtExit);
await Promise.all([stage.stop(), ai.stop()]);
rmSync(folder, { recursive: true, force: true });
process.exitCode = isFlat ? 0 : 1;

/** Resolves when no more than so many questions are open. */
async function answered(mostLeft: number): Promise<void> {
  const open = () => questions.length - ai.requests.filter(({ closed }) => closed).length;
  await ai
    .until(() => open() <= mostLeft, 600_000)
    .catch(() => {
      const asked = ai.requests.map(({ messages }) => messages.at(-1)?.content ?? "").join("\n");
      const left = questions.filter((event) => !asked.includes(`Message ${event}:`));
      throw new Error(`${open()} questions are not answered; never asked: ${left.join(", ")}`);
    });
}

/** As an admin runs it; only FOLLOW_THREADS is off, so that not every message is a question. */
function startBot(): ChildProcess {
  const { PATH = "" } = process.env;
  const model = { OPENAI_BASE_URL: ai.baseUrl, OPENAI_API_KEY: "sk-test-key", MODEL: "test-model" };
  const env = { PATH, HOME: folder, FOLLOW_THREADS: "false", LOG_LEVEL: "error", ...model, ...stage.env };
  const probe = join(import.meta.dirname, "memory-probe.mjs");
  return spawn(process.execPath, ["--expose-gc", `--import=${probe}`, options.main], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

/** Once the garbage is gone. */
async function memory(): Promise<NodeJS.MemoryUsage> {
  bot.send("memory");
  const [usage] = (await once(bot, "message")) as [NodeJS.MemoryUsage];
  return usage;
}

function mega(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}
