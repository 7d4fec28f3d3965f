import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// What Node has made of a module is found again by the next start. So nothing is imported before this line.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url)));

const { cli } = await import("./cli.ts");
// The demo model speaks about as fast as a good hosted one, so that the stream looks as it will.
await cli({ finishMs: 5_000, graceMs: 8_000, goodbyeMs: 1_500, tokensPerSecond: 50 });
