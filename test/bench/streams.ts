import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Discord, startDiscord } from "../emulators/discord/discord-emulator.ts";
import { type OpenAiEmulator, startOpenAi } from "../emulators/openai/openai-emulator.ts";

// The bot as a black box on the emulators, with Discord's rate limits enforced: npm run bench
// Processor time is read from /proc, so it runs on Linux only.

const roundTripMs = 50;
const tokensPerSecond = 50;
const tokens = 600;

const text = Array.from({ length: tokens }, (_, index) => (index % 25 === 24 ? "end.\n\n" : "word "))
  .join("")
  .trim();

type Stage = { readonly discord: Discord; readonly ai: OpenAiEmulator; readonly bot: ChildProcess };

/** Streams so many answers at once, each in a channel of its own, and measures the bot's process meanwhile. */
async function measure(stage: Stage, replies: number): Promise<Readonly<Record<string, string | number>>> {
  const { discord, ai, bot } = stage;
  const channels = Array.from({ length: replies }, () => discord.addChannel());
  const shown = (thread: string) => discord.messages(thread).map(({ content }) => content);
  const whole = (thread: string) => letters(shown(thread).join("")) === letters(text);
  const limited = discord.rateLimited.length;
  const [cpuBefore, startedAt] = [cpuMs(bot), performance.now()];
  const questions = channels.map((channel) => discord.say({ in: channel, text: `<@${discord.botId}> Go` }));
  await discord.until(() => questions.every(({ id }) => whole(id)), 120_000);
  const [cpu, wall] = [cpuMs(bot) - cpuBefore, performance.now() - startedAt];

  const firsts = questions.map(({ id, createdAt }) => (discord.messages(id)[0]?.states[0]?.at ?? 0) - createdAt);
  const writes = questions.flatMap(({ id }) => discord.messages(id)).flatMap(({ states }) => states).length;
  return {
    replies,
    "first text, median ms": Math.round(median(firsts)),
    "share of a core": (cpu / wall).toFixed(2),
    "CPU ms per 1,000 tokens": Math.round(cpu / ((replies * tokens) / 1_000)),
    "writes per reply": (writes / replies).toFixed(1),
    "429s": discord.rateLimited.length - limited,
    "memory MB": residentMb(bot),
    "requests to the model": ai.requests.length,
  };
}

const letters = (one: string) => one.replace(/\s/g, "");
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function cpuMs({ pid }: ChildProcess): number {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user = 0, system = 0] = fields.split(" ").slice(11, 13).map(Number);
  return (user + system) * 10; // clock ticks are hundredths of a second
}

function residentMb({ pid }: ChildProcess): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}

async function openStage(folder: string): Promise<Stage> {
  const discord = await startDiscord({ latencyMs: roundTripMs });
  const ai = await startOpenAi();
  ai.replyTo(() => ({ text, tokensPerSecond }));
  const env = {
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    OPENAI_BASE_URL: ai.baseUrl,
    MODEL: "test-model",
    LOG_LEVEL: "error",
  };
  const main = join(import.meta.dirname, "../../src/main.ts");
  const bot = spawn(process.execPath, [main], { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });
  const startedAt = performance.now();
  await discord.ready(20_000);
  console.log(`cold start to READY: ${Math.round(performance.now() - startedAt)} ms`);
  await discord.until(() => discord.commands.length > 0);
  return { discord, ai, bot };
}

const folder = mkdtempSync(join(tmpdir(), "parley-bench-"));
const stage = await openStage(folder);
console.log(`${tokens} tokens a reply at ${tokensPerSecond} a second, ${roundTripMs} ms a request`);
const rows = [];
for (const replies of [1, 10, 100]) rows.push(await measure(stage, replies));
console.table(rows);
stage.bot.kill("SIGTERM");
await once(stage.bot, "exit");
await stage.ai.stop();
await stage.discord.stop();
rmSync(folder, { recursive: true });
