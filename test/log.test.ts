import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { secretsIn, withoutSecrets } from "../src/text/secrets.ts";
import { workedMsAtOnce } from "./support/worked-ms.ts";

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

describe("a secret is found in other clothes", () => {
  const secret = "sk-ver/y+se cret?~ü";
  const clothes: readonly (readonly [string, string])[] = [
    ["base64", btoa64(secret)],
    ["base64url", Buffer.from(secret).toString("base64url")],
    ["Basic credentials", btoa64(`user:${secret}`)],
    ["Basic credentials behind a longer name", btoa64(`user2:${secret}`)],
    ["Basic credentials behind one longer still", btoa64(`user22:${secret}`)],
    ["base64 of a header", btoa64(`authorization: Bearer ${secret}\r\naccept: */*`)],
    ["a parameter", encodeURIComponent(secret)],
    ["a parameter in small letters", encodeURIComponent(secret).replace(/%../g, (sign) => sign.toLowerCase())],
    ["JSON", JSON.stringify({ key: secret })],
  ];

  test.each(clothes)("%s", (_, text) => {
    const shown = withoutSecrets(`refused: ${text} (401)`, [secret]);
    expect(shown).toMatch(/^refused: .*\[secret\].* \(401\)$/);
    for (const part of parts(text)) expect(shown).not.toContain(part);
  });

  test("in time that grows with the text", () => {
    const took = (length: number) => {
      const text = secret.slice(0, -1).repeat(length / secret.length);
      return workedMsAtOnce(() => withoutSecrets(text, [secret]));
    };
    // The shortest of several: what else the machine does can only add to it.
    const least = (length: number) => Math.min(...Array.from({ length: 5 }, () => took(length)));
    least(1_000);
    expect(least(4_000_000) / least(500_000)).toBeLessThan(32); // 64 if it were read anew from each place
  });

  function btoa64(text: string): string {
    return Buffer.from(text).toString("base64");
  }

  /** Any twelve letters in the middle of what stands for the secret. */
  function parts(text: string): readonly string[] {
    const middle = Math.floor(text.length / 2);
    return [text.slice(middle - 6, middle + 6)];
  }
});

test.each([
  ["https://api.example.com/v1", []],
  ["http://ann:hunter22%21@host/v1", ["hunter22!"]],
  ["http://a-token-alone@host/v1", ["a-token-alone"]],
  ["https://host/v1?api_key=hunter33&api-version=2026-01-01&SIG=a%2Fb", ["hunter33", "a/b"]],
  ["http://ann:100%@host", ["100%"]],
  ["no address", []],
])("%s holds %j", (address, secrets) => {
  expect(secretsIn(address).filter((secret) => secret !== "")).toEqual(secrets);
});
