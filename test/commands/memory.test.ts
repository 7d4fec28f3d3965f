import { expect, test } from "vitest";
import { commandOf, placeOf } from "../support/build-event.ts";
import { openBot } from "../support/open-bot.ts";

const workspace = placeOf({ idsPerServer: true, serverNoun: "workspace" });

test.each([
  ["off", placeOf(), "From now on memory is off for you everywhere: I don't store"],
  ["off", workspace, "From now on memory is off for you in this workspace: I don't store"],
  ["on", placeOf(), "Memory is on again for you everywhere: from now on I store what you say."],
  ["on", workspace, "Memory is on again for you in this workspace: from now on I store what you say."],
] as const)("“memory %s” says how far it reaches", async (mode, place, told) => {
  const bot = await openBot();
  await bot.receive(commandOf("memory", { place, options: { mode } }), bot.surface);
  expect(bot.surface.responses.join()).toContain(told);
});

test.each([
  ["on", placeOf(), "Memory is on for you everywhere: I store what you say."],
  ["off", placeOf(), "Memory is off for you everywhere"],
  ["off", workspace, "Memory is off for you in this workspace"],
] as const)("after “memory %s”, “memory” alone says what holds", async (mode, place, told) => {
  const bot = await openBot();
  await bot.receive(commandOf("memory", { place, options: { mode } }), bot.surface);
  await bot.receive(commandOf("memory", { place }), bot.surface);
  expect(bot.surface.responses.at(-1)).toContain(told);
});
