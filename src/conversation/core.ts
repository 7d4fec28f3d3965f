import type { ModelClient } from "../model/model-client.ts";
import type { Price } from "../model/price.ts";
import type { CountTokens } from "../model/tokens.ts";
import type { Personas } from "../persona/personas.ts";
import type { AdapterLog } from "../port/index.ts";
import type { EditBudget } from "../reply/edit-budget.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Handled } from "../runtime/handled.ts";
import type { InFlight } from "../runtime/in-flight.ts";
import type { ConversationStore } from "../store/conversation-store.ts";
import type { ChannelResets } from "./channel-resets.ts";
import type { ReplyModes } from "./reply-modes.ts";
import type { Thoughts } from "./thoughts.ts";
import type { WaitingTimes } from "./waiting.ts";

/** What the core works with; put together once, in main. */
export type Core = {
  readonly model: ModelClient;
  readonly store: ConversationStore;
  readonly personas: Personas;
  readonly handled: Handled;
  readonly channelResets: ChannelResets;
  readonly replyModes: ReplyModes;
  readonly thoughts: Thoughts;
  readonly inFlight: InFlight;
  readonly budget: EditBudget;
  readonly clock: Clock;
  readonly log: AdapterLog;
  readonly countTokens: CountTokens;
  readonly settings: CoreSettings;
};

export type CoreSettings = {
  /** Tokens of conversation that a prompt may carry. */
  readonly windowTokens: number;
  /** Messages in a thread the bot has joined are answered without a mention. */
  readonly followThreads: boolean;
  /** Messages that are read back when the bot is called into a thread that it did not start. */
  readonly earlierMessages: number;
  /** What the model costs, if the admin said so. */
  readonly price?: Price;
  /** When a silence of the model is told; as usual if not set. */
  readonly waiting?: WaitingTimes;
};
