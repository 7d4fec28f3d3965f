import { expect, test } from "vitest";
import { parseInline } from "../../src/commands/inline.ts";

/** The command and its options in one line. */
function read(text: string): string | undefined {
  const inline = parseInline(text, { serverNoun: "workspace" });
  if (inline === undefined) return undefined;
  const options = Object.entries(inline.options).map(([name, value]) => `${name}=${value}`);
  return [inline.command.name, ...options.toSorted()].join(" | ");
}

test.each([
  ["help", "help"],
  ["Help", "help"],
  ["  help \n", "help"],
  ["/help", "help"],
  ["stop", "stop"],
  ["STOP", "stop"],
  ["Stop!", "stop"],
  ["help.", "help"],
  ["persona reset channel", "persona reset | scope=channel"],
  ["reset", "reset"],
  ["/reset", "reset"],
  ["persona", "persona show"],
  ["persona show", "persona show"],
  ["persona list", "persona list"],
  ["Persona List", "persona list"],
  ["persona reset", "persona reset"],
  ["persona pirate", "persona set | persona=pirate"],
  ["PERSONA Pirate", "persona set | persona=Pirate"],
  ["persona nobody", "persona set | persona=nobody"],
  ["persona settler", "persona set | persona=settler"],
  ["persona set", "persona set | persona="],
  ["persona set pirate", "persona set | persona=pirate"],
  ["persona set You are a cat.", "persona set | persona=You are a cat."],
  ["persona set You are\na cat.\n\nMeow.", "persona set | persona=You are\na cat.\n\nMeow."],
  ["persona set channel pirate", "persona set | persona=channel pirate"],
  ["persona set Server: You are a cat.", "persona set | persona=Server: You are a cat."],
  ["persona reset workspace", "persona reset | scope=server"],
  ["persona set server admin who helps", "persona set | persona=server admin who helps"],
  ["persona set channel", "persona set | persona=channel"],
  ["replies", "replies"],
  ["forget me", "forget me"],
  ["Forget thread.", "forget thread"],
  ["export", "export"],
  ["memory", "memory"],
  ["memory off", "memory | mode=off"],
  ["Memory ON!", "memory | mode=on"],
  ["Replies final", "replies | mode=final"],
  ["replies live.", "replies | mode=live"],
  ["/replies default", "replies | mode=default"],
  ["replies channel final", "replies | mode=final | scope=channel"],
  ["replies  final  channel", "replies | mode=final | scope=channel"],
  ["replies me live", "replies | mode=live | scope=me"],
  ["reasoning", "reasoning"],
  ["/persona set pirate", "persona set | persona=pirate"],
])("%j is a command", (text, command) => expect(read(text)).toBe(command));

test.each([
  "",
  "hello",
  "help me with SQL",
  "can you help",
  "stop it",
  "stop?",
  "please stop",
  "reset my password",
  "how do I reset",
  "persona of the year",
  "persona pirate please",
  "personality test",
  "persona non grata",
  "what is a persona",
  "//help",
  "replies final please",
  "forget",
  "forget me not",
  "forget thread one",
  "memory leak",
  "memory off please",
  "export it",
  "replies live final",
  "replies are late",
  "reasoning behind this",
  "no replies",
  "show persona",
  "ask",
  "constructor",
])("%j is none", (text) => expect(read(text)).toBeUndefined());

test.each(["persona  list", "persona\tshow", "persona  reset"])("%j is the same command as with one space", (text) =>
  expect(read(text)).toBe(text.replace(/\s+/, " ")),
);

test.each(["/parley help", "/help", "help"])("%j is a command where commands are typed behind “/parley ”", (text) =>
  expect(parseInline(text, { commandPrefix: "/parley " })?.command.name).toBe("help"),
);
