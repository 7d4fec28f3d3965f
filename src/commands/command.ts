import type { ChannelResets } from "../conversation/channel-resets.ts";
import type { Personas } from "../persona/personas.ts";
import type { CommandSpec, Place } from "../port/index.ts";
import type { InFlight } from "../runtime/in-flight.ts";
import type { ConversationStore } from "../store/conversation-store.ts";

/** One use of a command. */
export type CommandCall = {
  readonly place: Place;
  readonly options: Readonly<Record<string, string>>;
  /** Meant for every thread of the channel. */
  readonly wide?: true;
  readonly parts: CommandParts;
};

/** What commands may touch. */
export type CommandParts = {
  readonly personas: Personas;
  readonly store: ConversationStore;
  readonly channelResets: ChannelResets;
  readonly inFlight: InFlight;
};

/**
 * The answer to a command, in Markdown. `evident`: the thread shows it anyhow, so it is said only where the platform waits for an
 * answer. `refused`: nothing was done, which concerns nobody but the person.
 */
export type Said = string | { readonly evident: string } | { readonly refused: string };

export type Command = CommandSpec & {
  /** `in-turn`: it touches the conversation, so it waits for what is running in the thread. */
  readonly when: "at-once" | "in-turn";
  /** A reply that is being written in the thread is stopped first. */
  readonly interrupts?: true;
  run(call: CommandCall): Promise<Said>;
};
