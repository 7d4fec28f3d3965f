import type { Personas } from "../persona/personas.ts";
import type { CommandSpec, Place } from "../port/index.ts";
import type { InFlight } from "../runtime/in-flight.ts";
import type { ConversationStore } from "../store/conversation-store.ts";

/** One use of a command. */
export type CommandCall = {
  readonly place: Place;
  readonly options: Readonly<Record<string, string>>;
  readonly parts: CommandParts;
};

/** What commands may touch. */
export type CommandParts = {
  readonly personas: Personas;
  readonly store: ConversationStore;
  readonly inFlight: InFlight;
};

/** Said only where the platform waits for an answer. */
export type Evident = { readonly evident: string };

export type Command = CommandSpec & {
  /** `in-turn`: it touches the conversation, so it waits for what is running in the thread. */
  readonly when: "at-once" | "in-turn";
  /** A reply that is being written in the thread is stopped first. */
  readonly interrupts?: true;
  /** The answer to the person, in Markdown. `Evident` where the thread shows it anyhow. */
  run(call: CommandCall): Promise<string | Evident>;
};
