import type { Scenario } from "./scenario.ts";
import type { Platform } from "./stage.ts";

/** A scenario and who goes through it. */
export type Case = {
  readonly name: string;
  readonly scenario: Scenario;
  readonly platforms: readonly Platform[];
  /** Who goes through it always, and who else where all is measured or they are asked for by name. */
  readonly contenders: readonly string[];
  readonly others?: readonly string[];
  /** Whether medians of three runs are given; a short run takes three of parley alone. */
  readonly several?: true;
};

const both: readonly Platform[] = ["discord", "slack"];
const ordinary = { tokens: 300, tokensPerSecond: 50, places: "many" } as const;

/** The case that the targets are about, and a few more that show what changes with the load. */
export const few: readonly Case[] = [
  {
    name: "One reply of 300 tokens at 50/s",
    scenario: { ...ordinary, replies: 1 },
    platforms: both,
    contenders: ["parley", "yardstick", "naive", "chat-sdk"],
    several: true,
  },
  {
    name: "40 replies of random length (20 to 380 tokens at 50/s), six or so at a time",
    scenario: { replies: 40, places: "many", tokens: [20, 380], tokensPerSecond: 50, spreadMs: 25_000 },
    platforms: ["discord"],
    contenders: ["parley", "yardstick", "naive"],
    others: ["chat-sdk"],
  },
  {
    name: "20 replies of random length (20 to 380 tokens at 50/s), mostly one at a time",
    scenario: { replies: 20, places: "many", tokens: [20, 380], tokensPerSecond: 50, spreadMs: 160_000 },
    platforms: ["slack"],
    contenders: ["parley", "yardstick", "naive"],
    others: ["chat-sdk"],
  },
  {
    name: "10 replies at once, each in a channel of its own",
    scenario: { ...ordinary, replies: 10 },
    platforms: ["discord"],
    contenders: ["parley", "yardstick", "naive"],
    others: ["chat-sdk"],
  },
  {
    name: "10 replies at once, each in a channel of its own",
    scenario: { ...ordinary, replies: 10 },
    platforms: ["slack"],
    contenders: ["parley", "yardstick", "naive"],
    others: ["chat-sdk"],
  },
  {
    name: "100 replies at once, each in a channel of its own",
    scenario: { ...ordinary, replies: 100 },
    platforms: ["discord"],
    contenders: ["parley", "yardstick in threads"],
    others: ["naive", "chat-sdk"],
  },
  {
    name: "100 questions in ten seconds, each in a channel of its own",
    scenario: { ...ordinary, replies: 100, spreadMs: 10_000 },
    platforms: ["slack"],
    contenders: ["parley", "yardstick"],
    others: ["naive", "chat-sdk"],
  },
  {
    name: "Markdown: code, bold, links, a table and emoji at 100/s",
    scenario: { replies: 1, places: "many", tokens: 0, tokensPerSecond: 100, text: "markdown" },
    platforms: both,
    contenders: ["parley", "yardstick", "chat-sdk"],
    others: ["naive"],
  },
];

/** More than the limits let anybody show while it grows. */
const crowd: Case = {
  name: "1,000 questions in 30 seconds, each in a channel of its own",
  scenario: { ...ordinary, replies: 1_000, spreadMs: 30_000 },
  platforms: both,
  contenders: ["parley", "yardstick in threads"],
};

/** Where many threads were answered in and nothing happens any more. */
const idle: Case = {
  name: "500 threads that are done, memory",
  scenario: { replies: 500, places: "many", tokens: 5, tokensPerSecond: 50, spreadMs: 60_000 },
  platforms: ["discord"],
  contenders: ["parley", "yardstick", "naive", "chat-sdk"],
};

const loads = (["many", "one"] as const).flatMap((places) =>
  [1, 5, 20]
    .filter((replies) => replies > 1 || places === "many")
    .flatMap((replies) =>
      [20, 60, 200].flatMap((tokensPerSecond) =>
        [60, 600, 4_000].map((tokens) => ({ places, replies, tokensPerSecond, tokens })),
      ),
    ),
);

/** The whole matrix. It takes hours. */
export const all: readonly Case[] = [
  ...few,
  crowd,
  idle,
  ...loads.map((scenario) => ({
    name: `${scenario.replies} × ${scenario.tokens} tokens at ${scenario.tokensPerSecond}/s, ${scenario.places} channel${scenario.places === "one" ? "" : "s"}`,
    scenario,
    platforms: both,
    contenders: ["parley", "yardstick", "naive", "chat-sdk"],
  })),
];
