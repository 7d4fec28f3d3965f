import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageId } from "../../src/port/index.ts";
import { nextWindowStart, trimWindow } from "../../src/prompt/window.ts";
import type { Conversation, Turn } from "../../src/store/conversation-store.ts";
import { answered, said } from "../store/build-turn.ts";
import { placeOf } from "../support/build-event.ts";

function conversationOf(turns: readonly Turn[], start = 0): Conversation {
  return { thread: placeOf().thread, joined: true, start, next: start + turns.length, turns };
}

const tokensOf = (turns: readonly Turn[]) => turns.reduce((sum, { tokens }) => sum + tokens, 0);
const text = (tokens: number) => `of ${tokens}`;
const person = (tokens: number) => said(text(tokens), { tokens });
const bot = (tokens: number) => answered(text(tokens), { tokens });

test("a conversation within the budget stays as it is", () => {
  const conversation = conversationOf([person(40), bot(50), person(10)]);
  expect(trimWindow(conversation, 100)).toEqual(conversation);
});

test("beyond the budget the window begins later, and says how much later", () => {
  const turns = [person(40), bot(50), person(5), bot(40), person(10)];
  const window = trimWindow(conversationOf(turns, 7), 100);
  expect(window.turns).toEqual(turns.slice(2));
  expect([window.start, window.next]).toEqual([9, 12]);
});

test("a question larger than the whole budget is kept alone", () => {
  const turns = [person(10), bot(10), person(500)];
  expect(trimWindow(conversationOf(turns), 100).turns).toEqual(turns.slice(2));
});

test("a memory that begins with the bot's own words begins with a person in the window", () => {
  const turns = [bot(10), person(10)];
  expect(trimWindow(conversationOf(turns), 100).turns[0]?.kind).toBe("person");
});

const tokens = fc.integer({ min: 1, max: 400 });
const turn = fc.oneof(tokens.map(person), tokens.map(bot));
/** As an answer finds it: the newest turn is the question. */
const asked = fc
  .tuple(tokens.map(person), fc.array(turn, { maxLength: 60 }), tokens.map(person))
  .map(([first, between, question]) => conversationOf([first, ...between, question]));

test("property: the newest turn is kept, within the budget unless it alone is larger, and a person begins", () => {
  fc.assert(
    fc.property(asked, fc.integer({ min: 50, max: 3_000 }), (conversation, budget) => {
      const window = trimWindow(conversation, budget);
      expect(window.turns).toEqual(conversation.turns.slice(window.start));
      expect(window.turns.at(-1)).toBe(conversation.turns.at(-1));
      if (window.turns.length > 1) expect(tokensOf(window.turns)).toBeLessThanOrEqual(budget);
      expect(window.turns[0]?.kind).toBe("person");
    }),
    { numRuns: 500, seed: 3 },
  );
});

test("property: a window that is narrowed again stays the same", () => {
  fc.assert(
    fc.property(asked, fc.integer({ min: 50, max: 3_000 }), (conversation, budget) => {
      const window = trimWindow(conversation, budget);
      expect(trimWindow(window, budget)).toEqual(window);
    }),
    { numRuns: 200, seed: 4 },
  );
});

test("over 300 turns the window's start moves in a few jumps and else stays, so that prompts share their beginning", () => {
  let conversation = conversationOf([]);
  const starts: number[] = [];
  for (let index = 0; index < 150; index++) {
    const question = said(`Question ${index}`, { message: messageId(`q${index}`), tokens: 20 });
    const next = conversation.next + 1;
    conversation = trimWindow({ ...conversation, next, turns: [...conversation.turns, question] }, 1_000);
    starts.push(conversation.start);
    const answer = answered(`Answer ${index}`, { tokens: 30 });
    conversation = { ...conversation, next: next + 1, turns: [...conversation.turns, answer] };
  }
  const jumps = starts.filter((start, index) => index > 0 && start !== starts[index - 1]).length;
  // 7,500 tokens pass through a window of 1,000 that gives up 400 at a time: 17 jumps. A sliding window would move 130 times.
  expect(jumps).toBeGreaterThan(10);
  expect(jumps).toBeLessThan(20);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});

describe("a window for which a summary is made in time", () => {
  const long = conversationOf([person(20), bot(20), person(20), bot(20), person(15)], 4);

  test("moves to where the summary ends, where that makes room", () => {
    expect(trimWindow(long, 80, 6)).toMatchObject({ start: 6, turns: long.turns.slice(2) });
    expect(trimWindow(long, 80, 8)).toMatchObject({ start: 8, turns: long.turns.slice(4) });
  });

  test.each([
    ["that does not make enough room", 6, 50],
    ["of an earlier window", 4, 80],
    ["that reaches beyond its end", 9, 80],
  ])("moves as it would without one %s", (_, prepared, budget) => {
    expect(trimWindow(long, budget, prepared)).toEqual(trimWindow(long, budget));
  });

  test("stays while there is room, whatever is ready", () => {
    expect(trimWindow(long, 100, 6)).toBe(long);
  });

  test("knows no next step below four fifths of its budget", () => {
    expect(nextWindowStart(conversationOf([person(40), bot(40)]), 100)).toBeUndefined();
    expect(nextWindowStart(conversationOf([person(41), bot(40)]), 100)).toBeDefined();
  });

  test("property: its next step begins with a person or after all, and makes room for two fifths of the budget or more", () => {
    fc.assert(
      fc.property(asked, fc.integer({ min: 50, max: 3_000 }), (conversation, budget) => {
        const window = trimWindow(conversation, budget);
        const next = nextWindowStart(window, budget);
        if (next === undefined) return;
        expect(next).toBeGreaterThan(window.start);
        const kept = window.turns.slice(next - window.start);
        expect(kept[0]?.kind).not.toBe("bot");
        if (kept.length > 1) expect(tokensOf(kept)).toBeLessThanOrEqual(0.4 * budget + 1e-9);
        const more = person(Math.floor(budget * 0.5));
        const full = { ...window, next: window.next + 1, turns: [...window.turns, more] };
        if (kept.length !== 1) expect(trimWindow(full, budget, next).start).toBe(next);
      }),
      { numRuns: 500, seed: 6 },
    );
  });
});
