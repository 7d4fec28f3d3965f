import { messageId, userId } from "../../src/port/index.ts";
import type { BotTurn, PersonTurn } from "../../src/store/conversation-store.ts";

export function said(text: string, rest: Partial<PersonTurn> = {}): PersonTurn {
  const author = { id: userId("u1"), name: "Ada" };
  return { kind: "person", message: messageId("m1"), author, text, attachments: [], at: 1000, tokens: 3, ...rest };
}

export function answered(text: string, rest: Partial<BotTurn> = {}): BotTurn {
  return { kind: "bot", messages: [messageId("m2")], text, ending: "whole", at: 2000, tokens: 5, ...rest };
}
