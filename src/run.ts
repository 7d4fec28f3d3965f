import { flushCompileCache } from "node:module";
import { userInfo } from "node:os";
import type { SlackSettings } from "../adapters/slack/index.ts";
import { type Bot, createBot } from "./bot.ts";
import { completePreset, toPersona } from "./choices/presets.ts";
import { commandSpecs } from "./commands/catalog.ts";
import type { Pace } from "./config/pace.ts";
import { secretsOf, toAccess, toCoreSettings, toRetention } from "./config/parts.ts";
import { type AdapterName, chooseAdapters, describePlatforms, toModelSettings } from "./config/platforms.ts";
import type { Settings } from "./config/settings.ts";
import { openStores } from "./exchange/open-stores.ts";
import { exitConfig, fail } from "./exit.ts";
import { isAllowed, isServed } from "./limits/access.ts";
import { createLog } from "./log.ts";
import { startDemoModel } from "./model/demo/demo-server.ts";
import { createModel } from "./model/openai/create-model.ts";
import { countTokens } from "./model/tokens.ts";
import { type Adapter, type AdapterContext, type AdapterLog, type MessageEvent, StartError } from "./port/index.ts";
import { createEditBudget, type EditBudget } from "./reply/edit-budget.ts";
import { never, steadyClock, systemClock } from "./runtime/clock.ts";
import { beat } from "./runtime/heartbeat.ts";
import { sentences } from "./sentences/sentences.ts";
import { createNotes, noteRecord } from "./store/adapter-notes.ts";
import { openStore } from "./store/keyv-store.ts";
import { describeError } from "./text/errors.ts";
import { withoutSecrets } from "./text/secrets.ts";

const said = sentences.start;

/** Something that is running and has to be ended in order. */
type Closing = () => Promise<unknown>;

export type RunOptions = {
  readonly pace: Pace;
  /** The file for signs of life. */
  readonly heartbeat?: string | undefined;
};

/** Puts everything together and starts it. The process ends by itself, in order, when it is told to or cannot go on. */
export async function run(settings: Settings, { pace, heartbeat }: RunOptions): Promise<void> {
  const chosen = chooseAdapters(settings, process.stdin.isTTY === true);
  print(`Parley\n${describePlatforms(settings, chosen)}`);
  if (chosen.length === 0) throw new StartError(said.nothingToRun);
  // In a terminal the log would run through the conversation, so there it is quieter.
  const level = settings.LOG_LEVEL ?? (chosen.every((name) => name === "terminal") ? "warn" : "info");
  const log = createLog(level, secretsOf(settings));
  const closings: Closing[] = [];
  let ending = false;
  const end = (code: number): void => {
    if (ending) return;
    ending = true;
    void close(closings, log).finally(() => process.exit(code));
  };
  const quit = (problem?: string): void => {
    if (problem !== undefined && !ending) process.stderr.write(`${withoutSecrets(problem, secretsOf(settings))}\n`);
    end(problem === undefined ? 0 : exitConfig);
  };
  try {
    const store = await openStore(settings.STORE_URL, log, toRetention(settings));
    closings.push(() => store.close());
    const budget = createEditBudget(steadyClock);
    const memory = openStores(store, { persona: toPersona(settings.PERSONA), log, clock: systemClock });
    const bot = await assemble(settings, pace, { memory, log, budget }, closings);
    const contextOf = (name: AdapterName): AdapterContext => ({
      commands: commandSpecs,
      complete: completePreset,
      log,
      notes: createNotes(store.records(`notes/${name}`, noteRecord)),
      mayKeep: async (id, server) => !(await memory.optOuts.has({ id, server })),
      budget,
      clock: systemClock,
      admits: (event) => isAllowed(event, toAccess(settings)),
      admitsServer: (server) => isServed(server, toAccess(settings)),
      quit,
    });
    const alone = chosen.length === 1;
    const adapters = await Promise.all(chosen.map((name) => create(name, settings, contextOf(name), alone)));
    // The replies first: an adapter that has stopped cannot write their last text any more.
    closings.unshift(
      () => atMost(pace.graceMs, bot.close()),
      () => atMost(pace.goodbyeMs, Promise.all(adapters.map((adapter) => adapter.stop()))),
    );
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end(0));
    const starts = adapters.map((adapter) => ({ adapter, started: Promise.withResolvers<void>() }));
    await bot.recover(async (event) => {
      const { adapter, started } = starts.find(({ adapter: { platform } }) => isOf(platform, event)) ?? {};
      await started?.promise;
      return adapter?.recall?.(event);
    });
    await Promise.all(
      starts.map(async ({ adapter, started }) => {
        await adapter.start(bot.receive);
        started.resolve();
      }),
    );
    countTokens("Hello"); // loads the vocabulary: better now, connected, than under the first message
    flushCompileCache(); // not only at the end: a bot that is killed would compile everything again
    if (heartbeat !== undefined) await beat(heartbeat, systemClock, never);
  } catch (error) {
    end(fail(error, secretsOf(settings)));
  }
}

type Base = { readonly memory: ReturnType<typeof openStores>; readonly log: AdapterLog; readonly budget: EditBudget };

/** Model and bot; what has to be ended is added to `closings`. */
async function assemble(settings: Settings, pace: Pace, base: Base, closings: Closing[]): Promise<Bot> {
  const { memory, log, budget } = base;
  const configured = settings.OPENAI_API_KEY !== undefined || settings.OPENAI_BASE_URL !== undefined;
  const demo = configured ? undefined : await startDemoModel(pace);
  if (demo !== undefined) closings.push(() => demo.stop());
  const modelSettings = toModelSettings(settings, demo);
  const fallback = demo === undefined ? settings.FALLBACK_MODEL : undefined;
  const model = createModel(modelSettings, fallback, steadyClock);
  print(demo === undefined ? said.model(model.model, new URL(modelSettings.baseUrl).host, fallback) : said.demo);
  void model.check(never).then((problem) => problem !== undefined && log.warn({}, problem));
  return createBot({
    ...memory,
    model,
    budget,
    clock: systemClock,
    log,
    countTokens,
    settings: toCoreSettings(settings, pace),
  });
}

/** Ids begin with the platform's name. */
const isOf = (platform: string, { id }: MessageEvent): boolean => id.startsWith(`${platform}:`);

/** An adapter is loaded only where it runs: each SDK takes its share of the start and of the memory. */
async function create(
  name: AdapterName,
  settings: Settings,
  context: AdapterContext,
  alone: boolean,
): Promise<Adapter> {
  switch (name) {
    case "discord": {
      const { createDiscord } = await import("../adapters/discord/index.ts");
      const { DISCORD_TOKEN: token = "", DISCORD_API_URL: apiUrl, DISCORD_REPLY_IN: replyIn } = settings;
      return createDiscord({ token, apiUrl, replyIn, followThreads: settings.FOLLOW_THREADS }, context);
    }
    case "slack": {
      const { createSlack } = await import("../adapters/slack/index.ts");
      return createSlack(toSlackSettings(settings), context);
    }
    case "terminal": {
      const { createTerminal } = await import("../adapters/terminal/index.ts");
      return createTerminal({ input: process.stdin, output: process.stdout, alone }, loginName(), context);
    }
  }
}

/** Socket Mode where there is a token for it; the settings are complete, see `missingSetting`. */
function toSlackSettings(settings: Settings): SlackSettings {
  const { SLACK_BOT_TOKEN: token = "", SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret = "" } = settings;
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret = "", HOST: host, PORT: port } = settings;
  const isDistributed = clientId !== undefined;
  return {
    apiUrl: settings.SLACK_API_URL,
    access: isDistributed ? { kind: "oauth", clientId, clientSecret } : { kind: "token", token },
    delivery:
      appToken === undefined || isDistributed
        ? { kind: "http", signingSecret, host, port }
        : { kind: "socket", appToken },
  };
}

/** In a container the user may be a number without a name. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return "you";
  }
}

async function close(closings: readonly Closing[], log: AdapterLog): Promise<void> {
  for (const closing of closings) {
    await closing().catch((error: unknown) => log.warn({ error: describeError(error) }, "a part did not stop cleanly"));
  }
}

function atMost(ms: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, systemClock.wait(ms, never)]);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
