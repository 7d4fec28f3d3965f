import type { Dice } from "./dice.ts";

export type Platform = "discord" | "slack";

/** A question as it was asked. Times are on the `performance.now` scale. */
export type Question = {
  readonly number: number;
  readonly thread: Thread;
  readonly message: string;
  readonly saidAt: number;
  /** When it was sent to the bot: at first, and each time it was sent again by the driver. */
  readonly sentAt: number[];
  /** When its words were changed by its author. */
  readonly editedAt: number[];
  /** When its author took it away. */
  goneAt?: number;
};

/** A conversation of one or more people with the bot. */
export type Thread = {
  readonly name: string;
  readonly platform: Platform;
  readonly channel: string;
  /** Its first message. */
  readonly root: string;
  readonly isDirect: boolean;
  readonly people: readonly string[];
  readonly questions: Question[];
};

/** What somebody did to the bot's answers. */
export type Deed = {
  readonly kind: "stop" | "reset" | "removal" | "retry";
  readonly at: number;
  readonly thread: Thread;
  /** The questions that it was about. */
  readonly questions: readonly Question[];
  /** Which of them it was about, only the bot knows. */
  readonly unsure?: true;
};

/** A message of the bot's as it stands, with all that it ever said. */
export type Written = {
  readonly id: string;
  readonly text: string;
  readonly buttons: readonly string[];
  /** The platform itself says that more is to come. */
  readonly grows: boolean;
  readonly states: readonly { readonly at: number; readonly text: string }[];
  readonly deletedAt: number | undefined;
};

/** Where the bot writes, and whose answers may stand there. */
export type Place = {
  readonly name: string;
  mayHold(question: Question): boolean;
  /** Whether questions follow one another here, and so their answers. */
  readonly isConversation: boolean;
  readonly written: readonly Written[];
  /** Signs of being at work that are still shown beside the messages. */
  readonly signs: readonly string[];
};

/** What the driver does on a platform, and what its emulator recorded. */
export type Side = {
  readonly platform: Platform;
  readonly env: Readonly<Record<string, string>>;
  readonly threads: readonly Thread[];
  begin(dice: Dice, number: number): Question;
  /** Asks in a conversation that goes on. Undefined where that cannot be written in yet. */
  follow(thread: Thread, how: Follow): Question | undefined;
  redeliver(question: Question): void;
  /** Its author changes it, or takes it away. */
  edit(question: Question, text: string): void;
  remove(question: Question): void;
  /** Somebody else takes a message of the bot's away. */
  removeAnswer(message: Written): void;
  /** Somebody says something to the bot in a conversation that is no question. Not where nobody can write yet. */
  tell(thread: Thread, words: string): void;
  /** A slash command that asks for something and changes nothing. */
  command(thread: Thread, name: string): void;
  /** Somebody presses a button of the bot's. */
  press(place: Place, message: Written, button: string): void;
  places(): readonly Place[];
  /** Whether the bot took the question for certain, as far as the platform can tell. */
  took(question: Question): boolean;
  /** Whether it was sent more than once. */
  resent(question: Question): boolean;
  /** Each request that the bot made so far. */
  readonly requests: readonly { readonly at: number; readonly method: string; readonly path?: string }[];
  readonly problems: readonly string[];
  /** Resolves when a bot that starts now is connected. */
  connected(timeoutMs: number): Promise<void>;
  /** Resolves once the fact is true, or rejects when time is up. */
  until(fact: () => boolean, timeoutMs: number): Promise<void>;
  /** Makes something go wrong, and says what. */
  harm(dice: Dice): string;
  cut(dice: Dice): Cut;
  stop(): Promise<void>;
};

export type Follow = { readonly dice: Dice; readonly number: number; readonly mentions: boolean };

/** Connections that were cut; `forgotten` where the platform gives up what it could not deliver. */
export type Cut = { readonly what: string; readonly forgotten: boolean };
