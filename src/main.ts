import { userInfo } from "node:os";
import { createDiscord } from "../adapters/discord/index.ts";
import { createTerminal } from "../adapters/terminal.ts";
import { createBot } from "./bot.ts";
import { commandSpecs } from "./commands/catalog.ts";
import { type AdapterName, chooseAdapters, lackOf, toModelSettings } from "./config/platforms.ts";
import { ConfigError, readEnv } from "./config/read-env.ts";
import type { Settings } from "./config/settings.ts";
import { describeError } from "./errors.ts";
import { createLog, withoutSecrets } from "./log.ts";
import { startDemoModel } from "./model/demo-server.ts";
import { createOpenAiClient } from "./model/openai-client.ts";
import { loadTokenizer } from "./model/tokens.ts";
import { createPersonas, personaRecord } from "./persona/personas.ts";
import { completePreset, toPersona } from "./persona/presets.ts";
import { type Adapter, type AdapterContext, StartError } from "./port/index.ts";
import { createEditBudget } from "./reply/edit-budget.ts";
import { never, systemClock } from "./runtime/clock.ts";
import { createInFlight } from "./runtime/in-flight.ts";
import { StoreError } from "./store/conversation-store.ts";
import { openStore } from "./store/keyv-store.ts";

/** sysexits.h: something was wrong with the configuration. Starting again without a change will not help. */
const exitConfig = 78;
const exitFailure = 1;
/** How long the replies that are being written may take to be settled and stored at the end. */
const graceMs = 10_000;

function readSettings(): Settings {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  return readEnv(process.env);
}

async function run(settings: Settings): Promise<void> {
  const chosen = chooseAdapters(settings, process.stdin.isTTY === true);
  report(settings, chosen);
  if (chosen.length === 0) {
    throw new StartError(
      "Nothing to run: there is no terminal and no platform is configured. Set DISCORD_TOKEN, or run it in a terminal.",
    );
  }
  const secrets = [settings.DISCORD_TOKEN, settings.OPENAI_API_KEY].filter((secret) => secret !== undefined);
  // In a terminal the log would run through the conversation, so there it is quieter.
  const log = createLog(settings.LOG_LEVEL ?? (chosen.includes("terminal") ? "error" : "info"), secrets);
  const store = await openStore(settings.STORE_URL, log);
  const demo = settings.OPENAI_API_KEY || settings.OPENAI_BASE_URL ? undefined : await startDemoModel();
  const model = createOpenAiClient(toModelSettings(settings, demo));
  const countTokens = await loadTokenizer();
  const bot = createBot({
    model,
    store: store.conversations,
    personas: createPersonas(store.records("persona", personaRecord), toPersona(settings.PERSONA)),
    inFlight: createInFlight(),
    budget: createEditBudget(systemClock),
    clock: systemClock,
    log,
    countTokens,
    settings: {
      windowTokens: settings.WINDOW_TOKENS,
      followThreads: settings.FOLLOW_THREADS,
      earlierMessages: 50,
    },
  });
  if (demo !== undefined)
    print("Model: the built-in demo, which is no AI. Set OPENAI_API_KEY or OPENAI_BASE_URL for a real one.");
  else print(`Model: ${model.model} at ${settings.OPENAI_BASE_URL ?? "OpenAI"}`);

  const context: AdapterContext = {
    commands: commandSpecs,
    complete: (_option, typed) => completePreset(typed),
    log,
    now: systemClock.now,
    quit: (problem) => {
      if (problem !== undefined) fail(new StartError(problem), secrets);
      void end(problem === undefined ? 0 : exitConfig);
    },
  };
  const adapters = chosen.map((name) => create(name, settings, context));

  let ending: Promise<void> | undefined;
  function end(code: number): Promise<void> {
    ending ??= close().finally(() => process.exit(code));
    return ending;
  }
  async function close(): Promise<void> {
    await Promise.all(adapters.map((adapter) => adapter.stop()));
    await Promise.race([bot.close(), systemClock.wait(graceMs, never)]);
    await store.close();
    await demo?.stop();
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void end(0));

  void model.check(never).then((problem) => problem !== undefined && log.warn({}, problem));
  try {
    await Promise.all(adapters.map((adapter) => adapter.start(bot.receive)));
  } catch (error) {
    log.debug({ error: describeError(error) }, "an adapter could not start");
    fail(error, secrets);
    await end(process.exitCode === undefined ? exitFailure : Number(process.exitCode));
  }
}

function create(name: AdapterName, settings: Settings, context: AdapterContext): Adapter {
  switch (name) {
    case "discord":
      return createDiscord(
        {
          token: settings.DISCORD_TOKEN ?? "",
          apiUrl: settings.DISCORD_API_URL,
          replyIn: settings.DISCORD_REPLY_IN,
          followThreads: settings.FOLLOW_THREADS,
        },
        context,
      );
    case "terminal":
      return createTerminal({ input: process.stdin, output: process.stdout }, userInfo().username, context);
  }
}

/** Says for each platform whether it runs, and what it lacks. */
function report(settings: Settings, chosen: readonly AdapterName[]): void {
  print("Parley");
  for (const name of ["discord", "terminal"] as const) {
    print(`  ${name}: ${chosen.includes(name) ? "on" : `off (${lackOf(name, settings)})`}`);
  }
}

/** A sentence for whoever starts the bot; a failure nobody foresaw in one line, since SDK errors carry tokens and requests. */
function fail(error: unknown, secrets: readonly string[]): void {
  const expected = error instanceof ConfigError || error instanceof StartError || error instanceof StoreError;
  const sentence = expected ? error.message : `Parley cannot go on: ${describeError(error)}`;
  process.stderr.write(`${withoutSecrets(sentence, secrets)}\n`);
  process.exitCode = error instanceof ConfigError || error instanceof StartError ? exitConfig : exitFailure;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  await run(readSettings());
} catch (error) {
  fail(error, []);
}
