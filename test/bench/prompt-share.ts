import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { threadId } from "../../src/port/index.ts";
import { promptMessages } from "../../src/prompt/prompt-messages.ts";
import { trimWindow } from "../../src/prompt/window.ts";
import type { Conversation, Turn } from "../../src/store/conversation-store.ts";
import { answered, said } from "../store/build-turn.ts";
import { placeOf } from "../support/build-event.ts";
import { createRandom } from "./random.ts";
import { numberedText } from "./texts.ts";

/** What a way of moving the window sends over a conversation. */
export type Sent = {
  readonly name: string;
  /** Prompts whose window begins elsewhere than that of the one before. */
  readonly moves: number;
  /** Means over the prompts from the first on that could not hold everything. */
  readonly tokens: number;
  readonly repeated: number;
};

const rounds = 300;
const budget = 16_000;
const persona = "You are a helpful assistant in a chat.";

/** Moves the window before a question; the same turns, the same budget. */
type Window = (conversation: Conversation) => Conversation;

/** The newest turns that fit: what most bots send. */
const slide: Window = (conversation) => {
  const { turns } = conversation;
  let from = turns.length - 1;
  let tokens = turns[from]?.tokens ?? 0;
  for (; from > 0; from -= 1) {
    tokens += turns[from - 1]?.tokens ?? 0;
    if (tokens > budget) break;
  }
  while (from < turns.length - 1 && turns[from]?.kind === "bot") from += 1;
  return { ...conversation, start: conversation.start + from, turns: turns.slice(from) };
};

export function measurePromptShares(): readonly Sent[] {
  return [
    send("in steps, as here", (conversation) => trimWindow(conversation, budget)),
    send("slides with each turn", slide),
  ];
}

/** One conversation of two people; each prompt is compared with the one before it. */
function send(name: string, window: Window): Sent {
  const random = createRandom(1);
  const whole = { thread: threadId("bench:shares"), joined: true, start: 0, next: 0, turns: [] };
  let conversation: Conversation = whole;
  let previous: readonly number[] = [];
  const past: { readonly tokens: number; readonly repeated: number; readonly moved: boolean }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const question = turnOf("person", 10 + Math.floor(random() * 60), round);
    const { start } = conversation;
    conversation = window(add(conversation, question));
    const prompt = encode(asText(conversation));
    if (conversation.start > 0) {
      past.push({ tokens: prompt.length, repeated: common(previous, prompt), moved: conversation.start > start });
    }
    previous = prompt;
    conversation = add(conversation, turnOf("bot", 50 + Math.floor(random() * 250), round));
  }
  const mean = (of: (one: (typeof past)[number]) => number) =>
    past.reduce((sum, one) => sum + of(one), 0) / past.length;
  return {
    name,
    moves: past.filter(({ moved }) => moved).length,
    tokens: mean(({ tokens }) => tokens),
    repeated: mean(({ repeated }) => repeated),
  };
}

function add(conversation: Conversation, turn: Turn): Conversation {
  return { ...conversation, next: conversation.next + 1, turns: [...conversation.turns, turn] };
}

function turnOf(kind: Turn["kind"], words: number, round: number): Turn {
  const text = numberedText(round * 400, words).join("");
  const tokens = encode(text).length + 12;
  return kind === "person" ? said(text, { tokens }) : answered(text, { tokens });
}

/** As a server's template would write it. */
function asText(conversation: Conversation): string {
  const messages = promptMessages(persona, placeOf(), conversation);
  return messages.map(({ role, content }) => `<|${role}|>\n${content}\n`).join("");
}

function common(before: readonly number[], after: readonly number[]): number {
  const end = after.findIndex((token, index) => token !== before[index]);
  return end < 0 ? after.length : end;
}

export function promptShareTable(all: readonly Sent[]): string {
  const heads = ["window", "times it moved", "tokens a prompt", "of them repeated", "share", "new tokens a prompt"];
  const whole = (value: number) => Math.round(value).toLocaleString("en");
  const rows = all.map(({ name, moves, tokens, repeated }) => [
    name,
    String(moves),
    whole(tokens),
    whole(repeated),
    `${((100 * repeated) / tokens).toFixed(0)} %`,
    whole(tokens - repeated),
  ]);
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
