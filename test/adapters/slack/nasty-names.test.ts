import { webApi } from "@slack/bolt";
import { describe, expect, test } from "vitest";
import { parseTyped } from "../../../adapters/slack/app/commands.ts";
import { startErrorOf } from "../../../adapters/slack/connection/start-errors.ts";
import { toPlatformError } from "../../../adapters/slack/workspace/errors.ts";
import { toText } from "../../../adapters/slack/workspace/format.ts";
import { commandSpecs } from "../../../src/commands/catalog.ts";
import { nastyNames } from "../../support/nasty-names.ts";

const { WebAPIPlatformError } = webApi;

describe.each(nastyNames)("the word %s, which every plain object seems to know,", (name) => {
  test.each(["replies", "memory", "reset", "persona reset", ""])("chooses nothing behind “%s”", (command) => {
    expect(parseTyped(`${command} ${name}`, commandSpecs, () => [])).toEqual({ kind: "unknown" });
  });

  test("is a persona's text like any other", () => {
    for (const typed of [`persona set ${name}`, `persona set ${name}: be kind`])
      expect(parseTyped(typed, commandSpecs, () => [])).toMatchObject({
        kind: "command",
        spec: { name: "persona set" },
      });
  });

  test("is no error of Slack's that has a meaning of its own", () => {
    const error = new WebAPIPlatformError({ ok: false, error: name });
    expect(toPlatformError(error)).toMatchObject({ code: "invalid", message: `Slack answered ${name}` });
    for (const setting of ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"] as const)
      expect(startErrorOf(error, setting)?.message).toMatch(new RegExp(`^${setting}: Slack refuses it \\(${name}\\)`));
  });

  test("is text between signs", () => {
    expect(toText(`&${name}; a`, "U1", { user: () => undefined, channel: () => undefined })).toBe(`&${name}; a`);
  });
});
