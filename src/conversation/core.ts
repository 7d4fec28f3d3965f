import type { ModelClient } from "../model/model-client.ts";
import type { Price } from "../model/price.ts";
import type { TokenRatios } from "../model/token-ratio.ts";
import type { CountTokens } from "../model/tokens.ts";
import type { Personas } from "../persona/personas.ts";
import type { AdapterLog } from "../port/index.ts";
import type { EditBudget } from "../reply/edit-budget.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Handled } from "../runtime/handled.ts";
import type { InFlight } from "../runtime/in-flight.ts";
import type { ConversationStore, RecordStore } from "../store/conversation-store.ts";
import type { AccessRules } from "./access.ts";
import type { UsageRecord } from "./accounts.ts";
import type { ChannelResets } from "./channel-resets.ts";
import type { Confirmations } from "./confirmations.ts";
import type { Forgetting } from "./forgetting.ts";
import type { Journal } from "./journal.ts";
import type { DailyLimits } from "./limits.ts";
import type { OptOuts } from "./opt-outs.ts";
import type { ReplyModes } from "./reply-modes.ts";
import type { Summaries } from "./summaries.ts";
import type { Thoughts } from "./thoughts.ts";
import type { WaitingTimes } from "./waiting.ts";

/** What the core works with; put together once, in main. */
export type Core = {
  readonly model: ModelClient;
  readonly store: ConversationStore;
  readonly personas: Personas;
  readonly handled: Handled;
  readonly journal: Journal;
  readonly channelResets: ChannelResets;
  readonly replyModes: ReplyModes;
  readonly optOuts: OptOuts;
  readonly forgetting: Forgetting;
  readonly confirmations: Confirmations;
  readonly thoughts: Thoughts;
  readonly usage: RecordStore<UsageRecord>;
  readonly summaries: Summaries;
  readonly tokenRatios: TokenRatios;
  readonly inFlight: InFlight;
  readonly budget: EditBudget;
  readonly clock: Clock;
  readonly log: AdapterLog;
  readonly countTokens: CountTokens;
  readonly settings: CoreSettings;
};

/** `queue`: each is answered in its turn. `merge`: what has piled up is answered together. `interrupt`: the same, and at once. */
export type WhileAnswering = "queue" | "merge" | "interrupt";

/** `retry`: the model is asked again. `close`: what stands is kept, with a button to have it tried again. */
export type Resume = "retry" | "close";

export type CoreSettings = {
  /** Tokens of conversation that a prompt may carry. */
  readonly windowTokens: number;
  /** Whether turns that leave the window are summed up by the model. */
  readonly summaries?: boolean;
  /** Messages in a thread the bot has joined are answered without a mention. */
  readonly followThreads: boolean;
  /** Messages that are read back when the bot is called into a thread that it did not start. */
  readonly earlierMessages: number;
  /** What becomes of messages that come while an answer is being written; `queue` if not set. */
  readonly whileAnswering?: WhileAnswering;
  /** What becomes of answers that a restart broke off; `retry` if not set. */
  readonly resume?: Resume;
  /** Milliseconds that answers may take to be finished at the end. */
  readonly finishMs?: number;
  /** What the model costs, if the admin said so. */
  readonly price?: Price;
  /** Tokens that an answer may have, if the admin said so. */
  readonly longestAnswer?: number;
  /** Who may talk to the bot; everybody if not set. */
  readonly access?: AccessRules;
  /** What a person and a server may use in a day. */
  readonly limits?: DailyLimits;
  /** When a silence of the model is told; as usual if not set. */
  readonly waiting?: WaitingTimes;
};
