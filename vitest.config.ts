import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { patienceMs } from "./test/emulators/until.ts";
import { LongestFirst } from "./test/support/longest-first.ts";

/** These put others in the place of modules, or need what Node's `fetch` sends by, which the undici that Slack's SDK brings replaces. */
const apart = [
  "test/reply/drawn-reply.test.ts",
  "test/model/long-silence.test.ts",
  "test/emulators/discord-emulator.test.ts",
  "test/emulators/discord/*.test.ts",
];

export default defineConfig({
  test: {
    setupFiles: ["test/support/setup.ts"],
    // Tests wait about as much as they compute.
    maxWorkers: Math.ceil(availableParallelism() * 2),
    sequence: { sequencer: LongestFirst },
    testTimeout: 2 * patienceMs,
    hookTimeout: 2 * patienceMs,
    expect: { poll: { timeout: patienceMs, interval: 10 } },
    projects: [
      {
        extends: true,
        // Loading discord.js, Bolt and the tokenizer anew for each file takes longer than most of the tests.
        test: { name: "shared", include: ["test/**/*.test.ts"], exclude: apart, isolate: false },
      },
      { extends: true, test: { name: "apart", include: apart } },
    ],
  },
});
