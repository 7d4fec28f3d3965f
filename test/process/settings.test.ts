import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startDiscord } from "../emulators/discord/discord-emulator.ts";
import { openFolder, spawnParley } from "../support/spawn-parley.ts";

/** sysexits.h, EX_CONFIG: starting again without a change will not help. */
const configuration = 78;

describe("a start that cannot succeed ends with a sentence", () => {
  test("with no settings and no terminal it says what to set", async () => {
    const parley = spawnParley();
    expect(await parley.exit()).toBe(configuration);
    expect(parley.output()).toContain("Set DISCORD_TOKEN");
    expect(parley.output()).not.toContain("    at ");
  });

  test("several wrong settings are named at once, and none of their values is repeated", async () => {
    const secret = "MTAwMDAwMDAw.pasted-into.the-wrong-line";
    const parley = spawnParley({
      env: {
        TEMPERATURE: secret,
        MODEL_IDLE_SECONDS: secret,
        DISCORD_API_URL: secret,
        FOLLOW_THREADS: secret,
        PERSONA: secret,
        ADAPTERS: `discord,${secret}`,
      },
    });
    expect(await parley.exit()).toBe(configuration);
    for (const name of [
      "TEMPERATURE",
      "MODEL_IDLE_SECONDS",
      "DISCORD_API_URL",
      "FOLLOW_THREADS",
      "PERSONA",
      "ADAPTERS",
    ]) {
      expect(parley.output()).toContain(`- ${name}: `);
    }
    expect(parley.output()).not.toContain(secret);
  });

  test("a platform that is named but has no token is asked for by its setting", async () => {
    const parley = spawnParley({ env: { ADAPTERS: "discord" } });
    expect(await parley.exit()).toBe(configuration);
    expect(parley.output()).toContain("- DISCORD_TOKEN: not set");
  });

  test("a token that Discord refuses is named by its setting and never shown", async () => {
    const discord = await startDiscord();
    const wrong = "MTAwMDAwMDAw.wrong.token-that-nobody-may-read";
    const env = { DISCORD_TOKEN: wrong, DISCORD_API_URL: discord.apiUrl, LOG_LEVEL: "debug" };
    const parley = spawnParley({ env });
    expect(await parley.exit()).toBe(configuration);
    expect(parley.output()).toContain("DISCORD_TOKEN: Discord rejected the token.");
    expect(parley.output()).not.toContain(wrong);
    await discord.stop();
  });

  test("a store that cannot be opened is told with its path, and is no matter of settings alone", async () => {
    const folder = openFolder();
    writeFileSync(join(folder, "file"), "");
    const parley = spawnParley({ folder, env: { ADAPTERS: "terminal", STORE_URL: "sqlite://./file/parley.sqlite" } });
    expect(await parley.exit()).toBe(1);
    expect(parley.output()).toContain(`Parley cannot write to ${join(folder, "file", "parley.sqlite")}`);
    expect(parley.output()).not.toContain("    at ");
  });
});

describe("the .env file of the working folder", () => {
  test("is read, and a variable of the environment wins over it", async () => {
    const folder = openFolder();
    writeFileSync(
      join(folder, ".env"),
      "ADAPTERS=terminal\nMODEL=from-the-file\nOPENAI_BASE_URL=http://127.0.0.1:9/v1\n",
    );
    const byFile = spawnParley({ folder });
    byFile.close();
    expect(await byFile.exit()).toBe(0);
    expect(byFile.output()).toContain("Model: from-the-file at 127.0.0.1:9");

    const byBoth = spawnParley({ folder, env: { MODEL: "from-the-environment" } });
    byBoth.close();
    expect(await byBoth.exit()).toBe(0);
    expect(byBoth.output()).toContain("Model: from-the-environment at 127.0.0.1:9");
  });
});

test("a store address of another kind is a wrong setting, told with the others", async () => {
  const parley = spawnParley({ env: { STORE_URL: "postgres://localhost/x", TEMPERATURE: "5" } });
  expect(await parley.exit()).toBe(78);
  expect(parley.output()).toContain("STORE_URL: must be sqlite:// and a path");
  expect(parley.output()).toContain("TEMPERATURE: must be a number from 0 to 2");
});

test("a heartbeat that cannot be written ends the bot, which would count as unhealthy for ever", async () => {
  const parley = spawnParley({ env: { ADAPTERS: "terminal" }, args: ["--heartbeat=/nowhere/at/all"] });
  expect(await parley.exit()).toBe(1);
});
