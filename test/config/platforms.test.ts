import { describe, expect, test } from "vitest";
import { chooseAdapters, describePlatforms, toModelSettings } from "../../src/config/platforms.ts";
import { readEnv } from "../../src/config/read-env.ts";

describe("the adapters that run", () => {
  test.each([
    ["all that have a token", { DISCORD_TOKEN: "abc" }, true, ["discord"]],
    ["all that have a token, also without a terminal", { DISCORD_TOKEN: "abc" }, false, ["discord"]],
    ["Slack by Socket Mode", { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" }, true, ["slack"]],
    ["Slack by HTTP", { SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "abc" }, true, ["slack"]],
    [
      "Slack in several workspaces, beside Discord",
      { DISCORD_TOKEN: "abc", SLACK_CLIENT_ID: "1.2", SLACK_CLIENT_SECRET: "abc", SLACK_SIGNING_SECRET: "abc" },
      false,
      ["discord", "slack"],
    ],
    ["the terminal where nothing else is configured", {}, true, ["terminal"]],
    ["none where there is not even a terminal", {}, false, []],
    ["those that are named", { DISCORD_TOKEN: "abc", ADAPTERS: "terminal" }, true, ["terminal"]],
    ["each one once", { DISCORD_TOKEN: "abc", ADAPTERS: "discord,terminal,discord" }, false, ["discord", "terminal"]],
  ] as const)("are %s", (_, env, hasTerminal, expected) => {
    expect(chooseAdapters(readEnv(env), hasTerminal)).toEqual(expected);
  });

  test("that do not run say which setting would change it", () => {
    expect(describePlatforms(readEnv({}), ["terminal"])).toMatch(
      /discord: off \(set DISCORD_TOKEN: .*\n +slack: off \(set SLACK_BOT_TOKEN: .*\n +terminal: on/,
    );
    expect(describePlatforms(readEnv({ DISCORD_TOKEN: "abc", ADAPTERS: "terminal" }), ["terminal"])).toContain(
      "add it to ADAPTERS",
    );
    expect(describePlatforms(readEnv({ DISCORD_TOKEN: "abc" }), ["discord"])).toContain("ADAPTERS=terminal");
  });
});

describe("the model's settings", () => {
  const needed = {
    baseUrl: "https://api.openai.com/v1",
    apiKey: "none",
    model: "gpt-6-luna",
    sendUserId: false,
    tokenField: "max_completion_tokens",
    systemRole: "system",
    idleMs: 120_000,
    concurrency: 1_024,
  };

  test("hold only what is set", () => {
    expect(toModelSettings(readEnv({}), undefined)).toStrictEqual(needed);
  });

  test("hold everything that is set, zero among it", () => {
    const env = {
      OPENAI_API_KEY: "sk-1",
      OPENAI_BASE_URL: "http://localhost:11434/v1",
      MODEL: "llama",
      TEMPERATURE: "0",
      TOP_P: "0.5",
      MAX_OUTPUT_TOKENS: "100",
      PRESENCE_PENALTY: "0",
      FREQUENCY_PENALTY: "-1",
      STOP: "END,###",
      REASONING_EFFORT: "low",
      SEND_USER_ID: "true",
      TOKEN_FIELD: "max_tokens",
      SYSTEM_ROLE: "developer",
      THINK_TAGS: "closing",
      MODEL_IDLE_SECONDS: "5",
      MODEL_CONCURRENCY: "2",
    };
    expect(toModelSettings(readEnv(env), undefined)).toStrictEqual({
      baseUrl: "http://localhost:11434/v1",
      apiKey: "sk-1",
      model: "llama",
      temperature: 0,
      topP: 0.5,
      maxOutputTokens: 100,
      presencePenalty: 0,
      frequencyPenalty: -1,
      stop: ["END", "###"],
      reasoningEffort: "low",
      sendUserId: true,
      tokenField: "max_tokens",
      systemRole: "developer",
      beginsThinking: true,
      idleMs: 5_000,
      concurrency: 2,
    });
  });

  test("point at the demo where one stands in", () => {
    const demo = { baseUrl: "http://127.0.0.1:1/v1", model: "demo" };
    expect(toModelSettings(readEnv({}), demo)).toStrictEqual({ ...needed, ...demo });
  });

  test("hold no empty list of texts that end an answer", () => {
    expect(toModelSettings(readEnv({ STOP: "," }), undefined)).not.toHaveProperty("stop");
  });
});
