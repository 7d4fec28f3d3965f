import { expect, test } from "vitest";
import { parseTyped } from "../../../../adapters/slack/app/commands.ts";
import { completePreset } from "../../../../src/choices/presets.ts";
import { commandSpecs } from "../../../../src/commands/catalog.ts";
import { usageOf } from "../../../../src/port/index.ts";

const parse = (typed: string) => {
  const parsed = parseTyped(typed, commandSpecs, completePreset);
  return parsed.kind === "command" ? [parsed.spec.name, parsed.options] : parsed.kind;
};

test.each([
  ["", "help", {}],
  ["help", "help", {}],
  ["  HELP  ", "help", {}],
  ["/help", "help", {}],
  ["stop", "stop", {}],
  ["Stop!", "stop", {}],
  ["reset.", "reset", {}],
  ["persona", "persona show", {}],
  ["persona show", "persona show", {}],
  ["Persona   List", "persona list", {}],
  ["personas", "persona list", {}],
  ["persona set pirate", "persona set", { persona: "pirate" }],
  ["persona pirate", "persona set", { persona: "pirate" }],
  ["persona  set   Pirate ", "persona set", { persona: "Pirate" }],
  ["persona You are a chef.", "persona set", { persona: "You are a chef." }],
  ["persona: You are a chef.", "persona set", { persona: "You are a chef." }],
  ["persona set: You are a chef.", "persona set", { persona: "You are a chef." }],
  ["persona set You are a chef.\nYou like salt.", "persona set", { persona: "You are a chef.\nYou like salt." }],
  ["persona set channel pirate", "persona set", { persona: "pirate", scope: "channel" }],
  ["persona set Channel PIRATE", "persona set", { persona: "PIRATE", scope: "channel" }],
  ["persona channel pirate", "persona set", { persona: "pirate", scope: "channel" }],
  ["persona set server: You are a chef.", "persona set", { persona: "You are a chef.", scope: "server" }],
  ["persona set workspace: You are a chef.", "persona set", { persona: "You are a chef.", scope: "server" }],
  ["persona set workspace teacher", "persona set", { persona: "teacher", scope: "server" }],
  ["persona set thread : pirate", "persona set", { persona: "pirate", scope: "thread" }],
  ["persona set server admin of a small company", "persona set", { persona: "server admin of a small company" }],
  ["persona set channel your inner pirate", "persona set", { persona: "channel your inner pirate" }],
  ["persona set setter", "persona set", { persona: "setter" }],
  ["persona reset", "persona reset", {}],
  ["persona reset channel", "persona reset", { scope: "channel" }],
  ["persona reset WORKSPACE", "persona reset", { scope: "server" }],
  ["persona reset channel:", "persona reset", { scope: "channel" }],
  ["replies", "replies", {}],
  ["replies final", "replies", { mode: "final" }],
  ["Replies  LIVE.", "replies", { mode: "live" }],
  ["replies default", "replies", { mode: "default" }],
  ["replies channel final", "replies", { mode: "final", scope: "channel" }],
  ["replies final channel", "replies", { mode: "final", scope: "channel" }],
  ["replies me: live", "replies", { mode: "live", scope: "me" }],
  ["reasoning", "reasoning", {}],
  ["forget me", "forget me", {}],
  ["Forget  Thread.", "forget thread", {}],
  ["export", "export", {}],
  ["memory", "memory", {}],
  ["memory off", "memory", { mode: "off" }],
  ["ask What is 1 &lt; 2?", "ask", { question: "What is 1 &lt; 2?" }],
  ["ask: persona set pirate, what is that?", "ask", { question: "persona set pirate, what is that?" }],
  ["ask\nfirst\nsecond", "ask", { question: "first\nsecond" }],
  ["ask", "ask", {}],
])("%j is %s with %j", (typed, name, options) => expect(parse(typed)).toEqual([name, options]));

test.each(["persona set", "persona set ", "Persona Set:", "persona set channel", "persona set workspace:"])(
  "%j opens the form",
  (typed) => expect(parse(typed)).toBe("compose"),
);

test.each([
  "nonsense",
  "asking for a friend",
  "helpful?",
  "help me with SQL",
  "reset my password",
  "stop talking, please",
  "persona reset everything",
  "persona list pirates",
  "replies final please",
  "replies live final",
  "replies are late",
  "forget",
  "forget me not",
  "memory of a fish",
  "export the table",
  "reasoning about this",
  "persona show me",
  "?",
])("%j is no command", (typed) => expect(parse(typed)).toBe("unknown"));

test("the usage names every command of the catalog with what it needs", () => {
  expect(commandSpecs.map(usageOf)).toEqual([
    "ask [question]",
    "persona set [thread:|channel:|server:] [persona]",
    "persona show",
    "persona list",
    "persona reset [thread|channel|server]",
    "replies [live|final|default] [me|channel]",
    "reasoning",
    "context",
    "reset",
    "forget thread",
    "forget me",
    "export",
    "memory [on|off]",
    "stop",
    "help [more]",
  ]);
});
