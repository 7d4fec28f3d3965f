import { expect, test } from "vitest";
import { commandOf, placeOf } from "../support/build-event.ts";
import { openBot } from "../support/open-bot.ts";

const workspace = placeOf({ idsPerServer: true, serverNoun: "workspace" });

test.each([
  ["off", placeOf(), "I don't store your messages or my answers to them anywhere;"],
  ["off", workspace, "I don't store your messages or my answers to them in this workspace;"],
  ["on", placeOf(), "I store what you say again. This applies everywhere."],
  ["on", workspace, "I store what you say again. This applies in this workspace."],
] as const)("“memory %s” says how far it reaches", async (mode, place, told) => {
  const bot = await openBot();
  await bot.receive(commandOf("memory", { place, options: { mode } }), bot.surface);
  expect(bot.surface.responses.join()).toContain(told);
});

test.each([
  ["on", placeOf(), "I store what you say everywhere"],
  ["off", placeOf(), "Memory is off for you everywhere"],
  ["off", workspace, "Memory is off for you in this workspace"],
] as const)("after “memory %s”, “memory” alone says what holds", async (mode, place, told) => {
  const bot = await openBot();
  await bot.receive(commandOf("memory", { place, options: { mode } }), bot.surface);
  await bot.receive(commandOf("memory", { place }), bot.surface);
  expect(bot.surface.responses.at(-1)).toContain(told);
});
