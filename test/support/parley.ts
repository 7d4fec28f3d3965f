import { createDiscord, type DiscordSettings } from "../../adapters/discord/index.ts";
import { createBot } from "../../src/bot.ts";
import type { CoreSettings } from "../../src/conversation/core.ts";
import type { ModelSettings } from "../../src/model/model-client.ts";
import { createOpenAiClient } from "../../src/model/openai-client.ts";
import { loadTokenizer } from "../../src/model/tokens.ts";
import { createPersonas, personaRecord } from "../../src/persona/personas.ts";
import { toPersona } from "../../src/persona/presets.ts";
import { createEditBudget } from "../../src/reply/edit-budget.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createInFlight } from "../../src/runtime/in-flight.ts";
import type { ConversationStore } from "../../src/store/conversation-store.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { type Discord, type DiscordOptions, startDiscord } from "../emulators/discord/discord-emulator.ts";
import { type OpenAiEmulator, startOpenAi } from "../emulators/openai/openai-emulator.ts";
import { createContext } from "./adapter-context.ts";
import { recordingLog } from "./recording-log.ts";

export type Parley = {
  readonly discord: Discord;
  readonly ai: OpenAiEmulator;
  readonly log: ReturnType<typeof recordingLog>;
  readonly store: ConversationStore;
  readonly quits: readonly (string | undefined)[];
  stop(): Promise<void>;
};

export type ParleyOptions = {
  readonly discord?: DiscordOptions;
  readonly adapter?: Partial<DiscordSettings>;
  readonly core?: Partial<CoreSettings>;
  readonly model?: Partial<ModelSettings>;
  readonly storeUrl?: string;
  /** Stands before the real store, to fail in its place. */
  readonly wrapStore?: (store: ConversationStore) => ConversationStore;
};

/** The whole bot with the real clients: discord.js on the Discord emulator, openai on the OpenAI emulator, SQLite in memory. */
export async function startParley(options: ParleyOptions = {}): Promise<Parley> {
  const discord = await startDiscord(options.discord);
  const ai = await startOpenAi();
  const log = recordingLog();
  const opened = await openStore(options.storeUrl ?? "sqlite://:memory:", log);
  const store = options.wrapStore?.(opened.conversations) ?? opened.conversations;
  const bot = createBot({
    model: createOpenAiClient({
      baseUrl: ai.baseUrl,
      apiKey: "sk-test-key",
      model: "test-model",
      sendUserId: false,
      tokenField: "max_completion_tokens",
      systemRole: "system",
      idleMs: 5_000,
      ...options.model,
    }),
    store,
    personas: createPersonas(opened.records("persona", personaRecord), toPersona("assistant")),
    inFlight: createInFlight(),
    budget: createEditBudget(systemClock),
    clock: systemClock,
    log,
    countTokens: await loadTokenizer(),
    settings: { windowTokens: 4_000, followThreads: true, earlierMessages: 50, ...options.core },
  });
  const context = createContext(log);
  const settings: DiscordSettings = {
    token: discord.token,
    apiUrl: discord.apiUrl,
    replyIn: "thread",
    followThreads: true,
    ...options.adapter,
  };
  const adapter = createDiscord(settings, context);
  await adapter.start(bot.receive);

  return {
    discord,
    ai,
    log,
    store,
    quits: context.quits,
    async stop() {
      await adapter.stop();
      await bot.close();
      await opened.close();
      await ai.stop();
      await discord.stop();
      if (ai.problems.length > 0) throw new Error(`OpenAI's document refuses: ${ai.problems.join("; ")}`);
    },
  };
}
