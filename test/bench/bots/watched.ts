import { monitorEventLoopDelay } from "node:perf_hooks";

// Parley as it is, which also watches how long its event loop is kept waiting. SIGUSR2 has it write that to stderr and count anew.

const resolution = 5;
const delay = monitorEventLoopDelay({ resolution });
delay.enable();

let count = 0;
process.on("SIGUSR2", () => {
  count++;
  const waited = (ns: number) => Math.max(0, ns / 1e6 - resolution);
  process.stderr.write(
    `delay ${JSON.stringify({ count, p99: waited(delay.percentile(99)), max: waited(delay.max) })}\n`,
  );
  delay.reset();
});

await import("../../../src/main.ts");
