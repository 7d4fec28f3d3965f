import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { withoutSecrets } from "../src/log.ts";

test("no line of the log holds a secret, wherever it stands in it", () => {
  const script = `
    const { createLog } = await import(${JSON.stringify(new URL("../src/log.ts", import.meta.url).href)});
    const log = createLog("info", ["sk-very-secret", "token.of.discord"]);
    log.info({ error: "refused sk-very-secret", deep: { url: "http://x/token.of.discord/y" } }, "key sk-very-secret");
  `;
  const lines = execFileSync("/bin/sh", ["-c", '"$0" --input-type=module --eval "$1" 2>&1', process.execPath, script], {
    encoding: "utf8",
  });
  expect(lines).toContain("[secret]");
  expect(lines).not.toMatch(/sk-very-secret|token\.of\.discord/);
});

test("a short secret is left alone, or it would eat ordinary words", () => {
  expect(withoutSecrets("an ordinary word", ["or"])).toBe("an ordinary word");
});
