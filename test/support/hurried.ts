import { cli } from "../../src/cli.ts";

// Parley as it is, but for how long it waits for what does not come.
await cli({ finishMs: 500, graceMs: 8_000, goodbyeMs: 200, tokensPerSecond: 1_000 });
