import { expect, test } from "vitest";
import { commandSpecs, commands } from "../../src/commands/catalog.ts";
import { commandOf, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { openBot } from "../support/open-bot.ts";

test("every command has a name of its own and a summary", () => {
  const names = commandSpecs.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { summary } of commandSpecs) expect(summary).toMatch(/^\S.{10,98}[^.]$/);
});

test("names and options are what platforms can draw", () => {
  for (const { name, options } of commandSpecs) {
    expect(name).toMatch(/^[a-z-]{1,32}( [a-z-]{1,32})?$/);
    const names = options.map((option) => option.name);
    expect(new Set(names).size).toBe(names.length);
    for (const option of options) {
      expect(option.name).toMatch(/^[a-z-]{1,32}$/);
      expect(option.summary.length).toBeLessThanOrEqual(100);
    }
    // Discord wants the required options first.
    expect(options.map(({ required }) => required)).toEqual(
      options
        .map(({ required }) => required)
        .toSorted()
        .reverse(),
    );
  }
});

test("a name is not both a command and a group of commands", () => {
  const alone = commandSpecs.filter(({ name }) => !name.includes(" ")).map(({ name }) => name);
  const groups = commandSpecs.filter(({ name }) => name.includes(" ")).map(({ name }) => name.split(" ")[0]);
  for (const group of groups) expect(alone).not.toContain(group);
});

test("only asking becomes a message; all else is run", () => {
  expect(commandSpecs.filter(({ asks }) => asks).map(({ name }) => name)).toEqual(["ask"]);
  expect(commands.map(({ name }) => name)).toEqual(commandSpecs.filter(({ asks }) => !asks).map(({ name }) => name));
});

const places = {
  thread: placeOf(),
  direct: directPlace(),
  channel: placeOf({ kind: "channel" }),
  "new-thread": placeOf({ kind: "new-thread" }),
} as const;

/** What a command answers where the person is. */
async function answerOf(name: string, kind: keyof typeof places): Promise<string> {
  const bot = await openBot();
  await bot.receive(commandOf(name, { place: places[kind] }), bot.surface);
  return bot.surface.responses.join("\n");
}

test.each([
  ["thread", "I remember nothing of this conversation"],
  ["direct", "I remember nothing of this conversation"],
  ["channel", "I remember nothing of this conversation"],
  ["new-thread", "Each mention starts a thread with its own memory"],
] as const)("reset with nothing to clear says why (%s)", async (kind, told) => {
  expect(await answerOf("reset", kind)).toContain(told);
});

test.each([
  ["direct", "I remember this conversation", "For a command, write only the command."],
  ["thread", "I remember this thread", "mention me and write only the command"],
  ["channel", "Mention me with a question", "mention me and write only the command"],
  ["new-thread", "I answer in a thread", "mention me and write only the command"],
] as const)("help says what can be done here (%s), and names commands that exist", async (kind, what, how) => {
  const text = await answerOf("help", kind);
  expect(text).toContain(what);
  expect(text).toContain(how);
  expect(text.split("\n")).toHaveLength(5);
  for (const [, name = ""] of text.matchAll(/`([^`]+)`/g))
    expect([...commands.map((command) => command.name), "help more", "memory off"]).toContain(name);
});

test("help more names every command with what it does, and what can be said behind it", async () => {
  const bot = await openBot();
  await bot.receive(messageOf("help more", { place: places.direct, via: "direct" }), bot.surface);
  const lines = bot.surface.responses.join("\n").split("\n");
  expect(lines).toHaveLength(commandSpecs.length);
  for (const { name } of commandSpecs)
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^- \`${name}.*: `)));
  for (const { summary } of commandSpecs) expect(lines.join("\n")).toContain(summary);
  expect(lines).toContain("- `memory [on|off]`: Choose whether I store what you say");
});

test.each(["/", "/parley "])(
  "help names commands as they are typed where there are any: %shelp",
  async (commandPrefix) => {
    const bot = await openBot();
    await bot.receive(commandOf("help", { place: placeOf({ commandPrefix }) }), bot.surface);
    expect(bot.surface.responses.join()).toContain(`such as \`${commandPrefix}help\``);
  },
);
