import { describe, expect, test } from "vitest";
import { ConfigError, readEnv } from "../../src/config/read-env.ts";
import { purposeOf, type SettingName, settings } from "../../src/config/settings.ts";

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readEnv(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test("without any setting the defaults hold", () => {
  expect(readEnv({})).toEqual({
    DISCORD_TOKEN: undefined,
    DISCORD_API_URL: "https://discord.com/api",
    DISCORD_REPLY_IN: "thread",
    SLACK_BOT_TOKEN: undefined,
    SLACK_APP_TOKEN: undefined,
    SLACK_SIGNING_SECRET: undefined,
    SLACK_CLIENT_ID: undefined,
    SLACK_CLIENT_SECRET: undefined,
    SLACK_API_URL: "https://slack.com/api",
    HOST: "127.0.0.1",
    PORT: 3_000,
    FOLLOW_THREADS: true,
    WHILE_ANSWERING: "queue",
    RESUME: "retry",
    MODEL_PRICE: undefined,
    OPENAI_API_KEY: undefined,
    OPENAI_BASE_URL: undefined,
    MODEL: "gpt-6-luna",
    TEMPERATURE: undefined,
    TOP_P: undefined,
    MAX_OUTPUT_TOKENS: undefined,
    PRESENCE_PENALTY: undefined,
    FREQUENCY_PENALTY: undefined,
    STOP: undefined,
    REASONING_EFFORT: undefined,
    SEND_USER_ID: false,
    TOKEN_FIELD: "max_completion_tokens",
    SYSTEM_ROLE: "system",
    THINK_TAGS: "both",
    MODEL_IDLE_SECONDS: 120,
    MODEL_CONCURRENCY: 1_024,
    WINDOW_TOKENS: 16_000,
    SUMMARIES: true,
    PERSONA: "assistant",
    STORE_URL: "sqlite://./data/parley.sqlite",
    ADAPTERS: undefined,
    LOG_LEVEL: undefined,
  });
});

test("an empty value counts as not set, for every setting", () => {
  const names = Object.keys(settings) as SettingName[];
  expect(readEnv(Object.fromEntries(names.map((name) => [name, ""])))).toEqual(readEnv({}));
  expect(readEnv(Object.fromEntries(names.map((name) => [name, " \t"])))).toEqual(readEnv({}));
});

test("other variables of the environment are left alone", () => {
  expect(readEnv({ PATH: "/bin", DISCORD_TOKENS: "x" })).toEqual(readEnv({}));
});

test.each([
  ["DISCORD_TOKEN", " abc ", "abc"],
  ["DISCORD_REPLY_IN", "channel", "channel"],
  ["SLACK_API_URL", "http://127.0.0.1:9000/api/", "http://127.0.0.1:9000/api"],
  ["HOST", "0.0.0.0", "0.0.0.0"],
  ["PORT", "8080", 8_080],
  ["FOLLOW_THREADS", "false", false],
  ["OPENAI_BASE_URL", "http://localhost:11434/v1/", "http://localhost:11434/v1"],
  ["TEMPERATURE", "0", 0],
  ["TEMPERATURE", "1.5", 1.5],
  ["PRESENCE_PENALTY", "-2", -2],
  ["MAX_OUTPUT_TOKENS", "1", 1],
  ["STOP", "END", ["END"]],
  ["STOP", " END , ### ,, Human: ", ["END", "###", "Human:"]],
  ["ADAPTERS", "terminal", ["terminal"]],
  ["ALLOW", "user:1", [[{ kind: "user", id: "1" }]]],
  ["DENY", "server:2, role:3", [[{ kind: "server", id: "2" }], [{ kind: "role", id: "3" }]]],
  ["USER_LIMITS", "50 questions, 200000 tokens", { requests: 50, tokens: 200_000 }],
  ["PERSONA", "pirate", "pirate"],
  ["PERSONA", "You are a cat.", "You are a cat."],
  ["LOG_LEVEL", "debug", "debug"],
] as const)("%s=%j is read as %j", (name, value, expected) => {
  expect(readEnv({ [name]: value })[name]).toEqual(expected);
});

test.each([
  ["FOLLOW_THREADS", "perhaps"],
  ["SEND_USER_ID", "2"],
  ["STORE_URL", "postgres://localhost/x"],
  ["SLACK_API_URL", "slack.com/api"],
  ["PORT", "0"],
  ["PORT", "65536"],
  ["PORT", "http"],
  ["DISCORD_TOKEN", "…"],
  ["OPENAI_API_KEY", "“sk-1”"],
  ["DISCORD_REPLY_IN", "forum"],
  ["DISCORD_API_URL", "discord.com"],
  ["OPENAI_BASE_URL", "localhost:11434"],
  ["OPENAI_BASE_URL", "ftp://example.org"],
  ["TEMPERATURE", "2.1"],
  ["TEMPERATURE", "-0.1"],
  ["TEMPERATURE", "warm"],
  ["TOP_P", "1.01"],
  ["MAX_OUTPUT_TOKENS", "0"],
  ["MAX_OUTPUT_TOKENS", "1.5"],
  ["PRESENCE_PENALTY", "-2.5"],
  ["FREQUENCY_PENALTY", "3"],
  ["MODEL_IDLE_SECONDS", "0"],
  ["MODEL_IDLE_SECONDS", "3601"],
  ["WINDOW_TOKENS", "499"],
  ["WINDOW_TOKENS", "Infinity"],
  ["TOKEN_FIELD", "tokens"],
  ["SYSTEM_ROLE", "admin"],
  ["THINK_TAGS", "opening"],
  ["LOG_LEVEL", "loud"],
  ["ADAPTERS", "discord2"],
  ["ADAPTERS", ","],
  ["ALLOW", "guild:1"],
  ["ALLOW", ","],
  ["DENY", "user:1, 2"],
  ["USER_LIMITS", "50"],
  ["SERVER_LIMITS", "1 dollar"],
  ["PERSONA", "nobody"],
  ["STOP", "a,b,c,d,e"],
  ["FALLBACK_MODEL", "gpt-6-luna"],
] as const)("%s=%s is refused under its name, with what it is for", (name, value) => {
  const problems = problemsOf({ [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^${name}: `));
  expect(problems[0]).toContain(`(${purposeOf(name)})`);
});

test("every problem is reported at once", () => {
  const problems = problemsOf({
    ADAPTERS: "discord",
    TEMPERATURE: "hot",
    WINDOW_TOKENS: "1",
    PERSONA: "nobody",
    STOP: "a,b,c,d,e",
  });
  expect(problems.map((problem) => problem.split(":")[0])).toEqual([
    "TEMPERATURE",
    "WINDOW_TOKENS",
    "DISCORD_TOKEN",
    "PERSONA",
    "STOP",
  ]);
  expect(() => readEnv({ TEMPERATURE: "hot", TOP_P: "high" })).toThrow(/TEMPERATURE: .*\n {2}- TOP_P: /);
});

describe("a value is never repeated in the message, for it may be a secret", () => {
  const secret = "sk-S3cretValue";
  test.each(Object.keys(settings))("%s", (name) => {
    for (const value of [secret, `http:/${secret}`, `${secret},a,b,c,d,e`]) {
      expect(problemsOf({ [name]: value, TOP_P: secret }).join("\n")).not.toContain(secret);
    }
  });
});

test("an adapter that is named and lacks its token is a problem, one that has it is none", () => {
  expect(problemsOf({ ADAPTERS: "terminal,discord" })).toEqual([expect.stringMatching(/^DISCORD_TOKEN: not set/)]);
  expect(problemsOf({ ADAPTERS: "discord", DISCORD_TOKEN: "abc" })).toEqual([]);
});

describe("Slack's settings", () => {
  const token = { SLACK_BOT_TOKEN: "xoxb-1-abc" };
  const signing = { SLACK_SIGNING_SECRET: "abc123" };
  const client = { SLACK_CLIENT_ID: "1.2", SLACK_CLIENT_SECRET: "abc456" };

  test.each([
    ["Socket Mode", { ...token, SLACK_APP_TOKEN: "xapp-1-A1-abc" }],
    [
      "Socket Mode with a token that is rotated",
      { SLACK_BOT_TOKEN: "xoxe.xoxb-1-abc", SLACK_APP_TOKEN: "xapp-1-A1-a" },
    ],
    ["HTTP", { ...token, ...signing }],
    ["several workspaces", { ...client, ...signing }],
  ])("are complete for %s", (_, env) => {
    expect(problemsOf(env)).toEqual([]);
    expect(problemsOf({ ...env, ADAPTERS: "slack" })).toEqual([]);
  });

  test.each([
    ["SLACK_APP_TOKEN", token],
    ["SLACK_BOT_TOKEN", { SLACK_APP_TOKEN: "xapp-1-A1-abc" }],
    ["SLACK_BOT_TOKEN", signing],
    ["SLACK_CLIENT_ID", { SLACK_CLIENT_SECRET: "abc456", ...signing }],
    ["SLACK_CLIENT_SECRET", { SLACK_CLIENT_ID: "1.2", ...signing }],
    ["SLACK_SIGNING_SECRET", client],
    ["SLACK_SIGNING_SECRET", { ...client, SLACK_APP_TOKEN: "xapp-1-A1-abc" }],
  ] as const)("that are half set up name %s, with or without ADAPTERS", (name, env) => {
    const purpose = purposeOf(name);
    expect(problemsOf(env)).toEqual([`${name}: not set, so Slack is only half set up (${purpose})`]);
    expect(problemsOf({ ...env, ADAPTERS: "slack" })).toEqual([
      `${name}: not set, but ADAPTERS names slack (${purpose})`,
    ]);
    expect(problemsOf({ ...env, ADAPTERS: "terminal" })).toEqual([]);
  });

  test.each([{}, { ADAPTERS: "slack" }])("that choose one workspace and several at once are refused %j", (more) => {
    expect(problemsOf({ ...token, ...client, ...signing, ...more })).toEqual([
      expect.stringMatching(/^SLACK_BOT_TOKEN: set, but with SLACK_CLIENT_ID/),
    ]);
  });

  test.each([
    ["SLACK_BOT_TOKEN", "xapp-1-A1-abc", "must begin with xoxb-"],
    ["SLACK_BOT_TOKEN", "xoxp-1-abc", "must begin with xoxb-"],
    ["SLACK_BOT_TOKEN", "“xoxb-1-abc”", "must be the token itself"],
    ["SLACK_APP_TOKEN", "xoxb-1-abc", "must begin with xapp-"],
    ["SLACK_SIGNING_SECRET", "abc 123", "must be the token itself"],
  ])("%s is refused with what belongs there", (name, value, sentence) => {
    const right = { SLACK_BOT_TOKEN: "xoxb-1-abc", SLACK_APP_TOKEN: "xapp-1-A1-abc", SLACK_SIGNING_SECRET: "abc" };
    const problems = problemsOf({ ...right, [name]: value });
    expect(problems).toEqual([expect.stringContaining(`${name}: ${sentence}`)]);
    expect(problems.join()).not.toContain(value);
  });
});

test("every setting says in words what it is for", () => {
  for (const name of Object.keys(settings)) expect(purposeOf(name as SettingName)).toMatch(/^[\S].{10,}[^.]$/);
});

test("a limit in dollars needs the model's price", () => {
  const [problem, ...more] = problemsOf({ SERVER_LIMITS: "10 questions, 0.5 dollars" });
  expect([problem, more]).toEqual([expect.stringMatching(/^MODEL_PRICE: not set, but SERVER_LIMITS has a limit/), []]);
  expect(problemsOf({ SERVER_LIMITS: "0.5 dollars", MODEL_PRICE: "1/2" })).toEqual([]);
  expect(problemsOf({ SERVER_LIMITS: "5 tokens" })).toEqual([]);
});
