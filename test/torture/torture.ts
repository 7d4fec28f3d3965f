import { parseArgs } from "node:util";
import { torture } from "./run.ts";

// npm run torture. docs/bench/torture.md says what it does and how to read it.

const { values: options } = parseArgs({
  options: {
    kills: { type: "string", default: "108" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
    phase: { type: "string", default: "" },
    calm: { type: "boolean", default: false },
    main: { type: "string" },
    quiet: { type: "boolean", default: false },
    env: { type: "string", multiple: true, default: [] },
  },
});

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const outcome = await torture({
  kills: Number(options.kills),
  seed: Number(options.seed),
  only: options.phase,
  calm: options.calm,
  main: options.main,
  settleMs: 120_000,
  env: Object.fromEntries(options.env.map((one) => [one.split("=", 1)[0] ?? "", one.slice(one.indexOf("=") + 1)])),
  ...(options.quiet ? {} : { echo: (line: string) => console.error(line) }),
});
if (outcome.failed) console.log(`${outcome.transcripts}\n\nThe bot's log and store: ${outcome.folder}\n`);
console.log(outcome.counts);
process.exitCode = outcome.failed ? 1 : 0;
