// Runs a script by a Node that is new enough: `node src/node.mjs src/main.ts …`. The machine's own where it is, because its owner keeps
// that one up to date; else the one that `npm ci` has brought, which npm puts first into the PATH. Plain JavaScript: any Node starts it.
import module from "node:module"; // as a whole: what an old Node lacks would be an error here
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** As package.json's `engines` say. */
const least = [24, 5];

const [, self, script, ...rest] = process.argv;
const { npm_node_execpath: own, npm_config_user_agent: agent = "" } = process.env;
const ownVersion = /\bnode\/v?([\d.]+)/.exec(agent)?.[1] ?? "0";

// Windows cannot put one program in another's place; there the one that npm brought goes on.
if (own !== undefined && own !== process.execPath && isEnough(ownVersion) && process.platform !== "win32")
  process.execve(own, [own, ...process.execArgv, self, script, ...rest], process.env);

if (isEnough(process.versions.node)) {
  module.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url)));
  process.argv.splice(1, 2, resolve(script));
  await import(pathToFileURL(resolve(script)).href);
} else {
  console.error(
    `Parley needs Node ${least.join(".")} or newer, and this is ${process.versions.node}. Where npm ci brings none for your system, install one from https://nodejs.org.`,
  );
  process.exitCode = 78; // sysexits.h: starting again without a change will not help
}

function isEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > least[0] || (major === least[0] && minor >= least[1]);
}
