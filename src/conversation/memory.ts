import { createTokenRatios } from "../model/token-ratio.ts";
import { createPersonas, personaRecord } from "../persona/personas.ts";
import type { Persona } from "../persona/presets.ts";
import type { AdapterLog } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";
import { createHandled, handledRecord } from "../runtime/handled.ts";
import type { ConversationStore } from "../store/conversation-store.ts";
import type { Store } from "../store/keyv-store.ts";
import { usageRecord } from "./accounts.ts";
import { channelResetRecord, createChannelResets } from "./channel-resets.ts";
import { createConfirmations } from "./confirmations.ts";
import type { Core } from "./core.ts";
import { expiring } from "./expiring.ts";
import { createForgetting, wishRecord } from "./forgetting.ts";
import { createJournal } from "./journal.ts";
import { heardRecord, progressRecord } from "./journal-record.ts";
import { joined } from "./journal-store.ts";
import { withoutOptedOut } from "./journaled.ts";
import { createOptOuts, optOutRecord } from "./opt-outs.ts";
import { createPurging } from "./purging.ts";
import { createReplyModes, replyModeRecord } from "./reply-modes.ts";
import { createSummaries, type Summaries, summaryRecord } from "./summaries.ts";
import { createThoughts } from "./thoughts.ts";

export type MemoryParts = {
  /** Who speaks where nobody chose. */
  readonly persona: Persona;
  readonly log: AdapterLog;
  readonly clock: Clock;
};

/** Everything that the core keeps, each kind in a namespace of its own; thoughts in memory alone. */
export function openMemory(
  { conversations, records, purge, retention }: Pick<Store, "conversations" | "records" | "purge" | "retention">,
  { persona, log, clock }: MemoryParts,
): Pick<
  Core,
  | "store"
  | "personas"
  | "handled"
  | "journal"
  | "channelResets"
  | "replyModes"
  | "optOuts"
  | "forgetting"
  | "confirmations"
  | "thoughts"
  | "summaries"
  | "tokenRatios"
  | "usage"
> {
  const replyModes = createReplyModes(records("reply-mode", replyModeRecord));
  const optOuts = createOptOuts(records("opt-out", optOutRecord));
  const journaled = withoutOptedOut(
    joined(records("journal", heardRecord), records("progress", progressRecord)),
    optOuts,
  );
  const wishes = records("to-forget", wishRecord);
  const purging = createPurging(purge, clock, log);
  const thoughts = createThoughts();
  const summaries = createSummaries(expiring(records("summary", summaryRecord), retention), log);
  const store = forgettingSummaries(conversations, summaries);
  return {
    store,
    personas: createPersonas(records("persona", personaRecord), persona),
    journal: createJournal(journaled, clock, log),
    handled: createHandled(records("handled", handledRecord), log),
    channelResets: createChannelResets(records("channel-reset", channelResetRecord), store),
    replyModes,
    optOuts,
    forgetting: createForgetting({ store, summaries, thoughts, replyModes, journaled, wishes, purging }),
    confirmations: createConfirmations(),
    thoughts,
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
