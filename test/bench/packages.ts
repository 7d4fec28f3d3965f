import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Installs what the alternatives need, here and nowhere else. False where that cannot be had, such as without a network. */
export function install(): boolean {
  const cwd = import.meta.dirname;
  const isThere = () => existsSync(join(cwd, "node_modules/chat/package.json"));
  if (isThere()) return true;
  console.error("installing the alternatives in test/bench …");
  spawnSync("npm", ["ci"], { cwd, stdio: ["ignore", "ignore", "inherit"] });
  return isThere();
}
