import { createPersonas, personaRecord } from "../persona/personas.ts";
import type { Persona } from "../persona/presets.ts";
import type { AdapterLog } from "../port/index.ts";
import { createHandled, handledRecord } from "../runtime/handled.ts";
import type { Store } from "../store/keyv-store.ts";
import { channelResetRecord, createChannelResets } from "./channel-resets.ts";
import type { Core } from "./core.ts";
import { createReplyModes, replyModeRecord } from "./reply-modes.ts";
import { createThoughts } from "./thoughts.ts";

export type MemoryParts = {
  /** Who speaks where nobody chose. */
  readonly persona: Persona;
  readonly log: AdapterLog;
};

/** Everything that the core keeps, each kind in a namespace of its own; thoughts in memory alone. */
export function openMemory(
  { conversations: store, records }: Pick<Store, "conversations" | "records">,
  { persona, log }: MemoryParts,
): Pick<Core, "store" | "personas" | "handled" | "channelResets" | "replyModes" | "thoughts"> {
  return {
    store,
    personas: createPersonas(records("persona", personaRecord), persona),
    handled: createHandled(records("handled", handledRecord), log),
    channelResets: createChannelResets(records("channel-reset", channelResetRecord), store),
    replyModes: createReplyModes(records("reply-mode", replyModeRecord)),
    thoughts: createThoughts(),
  };
}
