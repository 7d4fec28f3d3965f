import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFolder } from "../support/spawn-parley.ts";

const launcher = join(import.meta.dirname, "../../src/node.mjs");
const packageFile = new URL("../../package.json", import.meta.url);

/** Starts a script as npm does that was itself started by a Node of that version. */
function start(version: string) {
  const folder = openFolder();
  const script = join(folder, "script.mjs");
  writeFileSync(script, "console.log(['npm’s', ...process.argv.slice(1)].join(' '))");
  const own = join(folder, "own-node");
  writeFileSync(own, '#!/bin/sh\nshift 2\necho "own" "$@"\n');
  chmodSync(own, 0o755);
  const env = {
    npm_node_execpath: own,
    npm_config_user_agent: `npm/11.19.1 node/v${version} linux x64 workspaces/false`,
  };
  const { stdout } = spawnSync(process.execPath, [launcher, script, "--a", "b c"], { env, encoding: "utf8" });
  return { stdout, script };
}

test.each(["24.5.0", "24.21.0", "26.0.0", "100.0.0"])("the machine's own Node %s is used", (version) => {
  expect(start(version).stdout).toBe("own --a b c\n");
});

test.each(["20.20.2", "22.23.0", "24.4.1", "4.0.0"])(
  "beside the machine's Node %s the one that npm brought is used",
  (version) => {
    const { stdout, script } = start(version);
    expect(stdout).toBe(`npm’s ${script} --a b c\n`);
  },
);

test("without npm it runs by the Node that started it", () => {
  const script = join(openFolder(), "script.mjs");
  writeFileSync(script, "console.log('here')");
  expect(spawnSync(process.execPath, [launcher, script], { env: {}, encoding: "utf8" }).stdout).toBe("here\n");
});

test("package.json names the same oldest Node, and the one that npm brings is newer", () => {
  const { engines, optionalDependencies } = JSON.parse(readFileSync(packageFile, "utf8"));
  expect(engines.node).toBe(">=24.5");
  expect(readFileSync(launcher, "utf8")).toContain("const least = [24, 5];");
  expect(new Set(Object.values(optionalDependencies))).toEqual(new Set(["24.21.0"]));
});

const older = process.env["npm_node_execpath"];
const isOld = older !== undefined && /node\/v(1\d|2[0-3])\./.test(process.env["npm_config_user_agent"] ?? "");

test.skipIf(!isOld)("where no Node is new enough, a sentence says what to install", () => {
  const { stderr, status } = spawnSync(older ?? "", [launcher, "script.mjs"], { env: {}, encoding: "utf8" });
  expect(stderr).toMatch(/^Parley needs Node 24\.5 or newer, and this is \d+\.\d+\.\d+\. .*https:\/\/nodejs\.org\.\n$/);
  expect(status).toBe(78);
});
