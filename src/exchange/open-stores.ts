import { createPersonas, type Personas, personaRecord } from "../choices/personas.ts";
import type { Persona } from "../choices/presets.ts";
import { createReplyModes, type ReplyModes, replyModeRecord } from "../choices/reply-modes.ts";
import { type UsageRecord, usageRecord } from "../limits/usage.ts";
import { type ChannelResets, channelResetRecord, createChannelResets } from "../memory/channel-resets.ts";
import { type Confirmations, createConfirmations } from "../memory/confirmations.ts";
import { createKnownEvents, doneRecord, type KnownEvents } from "../memory/known-events.ts";
import { createOptOuts, type OptOuts, optOutRecord } from "../memory/opt-outs.ts";
import { createReasoningLog, type ReasoningLog } from "../memory/reasoning.ts";
import { createVacuum } from "../memory/vacuum.ts";
import { createTokenRatios, type TokenRatios } from "../model/token-ratio.ts";
import type { AdapterLog } from "../port/index.ts";
import { createSummaries, type Summaries, summaryRecord } from "../prompt/summaries.ts";
import { withExpiry } from "../prompt/summary/summary-expiry.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ConversationStore, RecordStore } from "../store/conversation-store.ts";
import type { Store } from "../store/keyv-store.ts";
import { createErasure, type Erasure, erasureRequestRecord } from "./erasure.ts";
import { questionRecord, stageRecord } from "./exchange-record.ts";
import { createExchangeRows } from "./exchange-rows.ts";
import { createExchanges, type Exchanges } from "./exchanges.ts";
import { toStored } from "./stored-words.ts";

export type StoresParts = {
  /** Who speaks where nobody chose. */
  readonly persona: Persona;
  readonly log: AdapterLog;
  readonly clock: Clock;
};

/** Everything that the core keeps. */
export type Stores = {
  readonly store: ConversationStore;
  readonly personas: Personas;
  readonly known: KnownEvents;
  readonly exchanges: Exchanges;
  readonly channelResets: ChannelResets;
  readonly replyModes: ReplyModes;
  readonly optOuts: OptOuts;
  readonly erasure: Erasure;
  readonly confirmations: Confirmations;
  readonly reasoning: ReasoningLog;
  readonly usage: RecordStore<UsageRecord>;
  readonly summaries: Summaries;
  readonly tokenRatios: TokenRatios;
};

/** Opens each kind in a namespace of its own; reasoning is in memory alone. */
export function openStores(
  { conversations, records, purge, retention }: Pick<Store, "conversations" | "records" | "purge" | "retention">,
  { persona, log, clock }: StoresParts,
): Stores {
  const replyModes = createReplyModes(records("reply-mode", replyModeRecord));
  const optOuts = createOptOuts(records("opt-out", optOutRecord));
  // The namespaces have the names by which their rows were first written.
  const rows = createExchangeRows({
    questions: records("journal", questionRecord, "unchecked"),
    stages: records("progress", stageRecord, "unchecked"),
    toStored: (exchange) => toStored(exchange, optOuts),
    retention,
  });
  const exchanges = createExchanges(rows, clock, log);
  const requests = records("to-forget", erasureRequestRecord);
  const vacuum = createVacuum(purge, clock, log);
  const reasoning = createReasoningLog();
  const summaries = createSummaries(withExpiry(records("summary", summaryRecord), retention), log);
  const store = forgettingSummaries(conversations, summaries);
  return {
    store,
    personas: createPersonas(records("persona", personaRecord), persona),
    exchanges,
    known: createKnownEvents(records("handled", doneRecord), log),
    channelResets: createChannelResets(records("channel-reset", channelResetRecord), store),
    replyModes,
    optOuts,
    erasure: createErasure({ store, summaries, reasoning, replyModes, exchanges, requests, vacuum }),
    confirmations: createConfirmations(),
    reasoning,
    usage: records("usage", usageRecord),
    summaries,
    tokenRatios: createTokenRatios(),
  };
}

/** Whoever starts a memory over wants its summary gone: first, so that none is left of turns that are gone already. */
function forgettingSummaries(store: ConversationStore, summaries: Summaries): ConversationStore {
  return {
    ...store,
    async forget(thread) {
      await summaries.forget(thread);
      return store.forget(thread);
    },
  };
}
