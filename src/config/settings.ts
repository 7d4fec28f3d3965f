// The settings are what an admin writes into the environment; each has a name, a purpose, a check and perhaps a default.
// They are read once, all problems are told at once, and their values are never repeated in an error, because they may be secrets.
// From here on each part is handed what it takes of them, and nobody else reads the environment.

import { z } from "zod";
import { toAccessEntry } from "../limits/access.ts";
import { type Limits, toLimits } from "../limits/limits.ts";
import { toPrice } from "../model/price.ts";
import { sentences } from "../sentences/sentences.ts";

const { mustBe, purposes } = sentences.settings;

const text = z.string().trim();
const flag = z.stringbool({ error: mustBe.flag });
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: () => mustBe.oneOf(values) });
/** Anything else would be refused by fetch as a header, long after the start. */
const secret = text.regex(/^[\x21\x23-\x26\x28-\x7e]+$/, { error: mustBe.secret });
const slackToken = (begins: string, pattern: RegExp) => secret.regex(pattern, { error: mustBe.begins(begins) });
// Told when it is asked for: to make each sentence of numbers at the start would cost it milliseconds.
const between = (least: number, most: number, error: () => string) =>
  z.coerce.number({ error }).min(least, { error }).max(most, { error });
const number = (least: number, most: number) => between(least, most, () => mustBe.number(least, most));
const wholeNumber = (least: number, most: number) => {
  const error = () => mustBe.wholeNumber(least, most);
  return between(least, most, error).int({ error });
};
const address = z
  .url({ protocol: /^https?$/, error: mustBe.address })
  // No request can be made to one: `fetch` refuses it each time.
  .refine((url) => !URL.canParse(url) || new URL(url).username + new URL(url).password === "", {
    error: mustBe.plainAddress,
  })
  .transform((url) => url.replace(/(?<!\/)\/+$/, ""));
const list = text.transform((value) =>
  value
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== ""),
);
/** A typing error must not let everybody in. */
const accessList = list.pipe(
  z
    .array(
      z.string().transform((value, context) => {
        const entry = toAccessEntry(value);
        if (entry === undefined) context.addIssue(mustBe.access);
        return entry ?? z.NEVER;
      }),
    )
    .min(1, { error: mustBe.someAccess }),
);
const limits = text.transform((value, context): Limits => {
  const read = toLimits(value);
  if (read === undefined) context.addIssue(mustBe.limits);
  return read ?? z.NEVER;
});
/** Every adapter there is. */
export const adapterNames = ["discord", "slack", "terminal"] as const;

/** Every setting there is, by the name of its environment variable. */
export const settings = {
  DISCORD_TOKEN: secret.optional(),
  DISCORD_API_URL: address.default("https://discord.com/api"),
  DISCORD_REPLY_IN: oneOf(["thread", "channel"]).default("thread"),
  SLACK_BOT_TOKEN: slackToken("xoxb-", /^(xoxb|xoxe\.xoxb)-/).optional(),
  SLACK_APP_TOKEN: slackToken("xapp-", /^xapp-/).optional(),
  SLACK_SIGNING_SECRET: secret.optional(),
  SLACK_CLIENT_ID: text.optional(),
  SLACK_CLIENT_SECRET: secret.optional(),
  SLACK_API_URL: address.default("https://slack.com/api"),
  HOST: text.default("127.0.0.1"),
  PORT: wholeNumber(1, 65_535).default(3_000),
  FOLLOW_THREADS: flag.default(true),
  WHILE_ANSWERING: oneOf(["queue", "merge", "interrupt"]).default("queue"),
  RESUME: oneOf(["retry", "close"]).default("retry"),
  OPENAI_API_KEY: secret.optional(),
  OPENAI_BASE_URL: address.optional(),
  MODEL: text.default("gpt-6-luna"),
  TEMPERATURE: number(0, 2).optional(),
  TOP_P: number(0, 1).optional(),
  MAX_OUTPUT_TOKENS: wholeNumber(1, 1_000_000).optional(),
  PRESENCE_PENALTY: number(-2, 2).optional(),
  FREQUENCY_PENALTY: number(-2, 2).optional(),
  STOP: list.optional(),
  REASONING_EFFORT: text.optional(),
  SEND_USER_ID: flag.default(false),
  TOKEN_FIELD: oneOf(["max_completion_tokens", "max_tokens"]).default("max_completion_tokens"),
  SYSTEM_ROLE: oneOf(["system", "developer"]).default("system"),
  THINK_TAGS: oneOf(["both", "closing"]).default("both"),
  MODEL_IDLE_SECONDS: wholeNumber(1, 3_600).default(120),
  MODEL_CONCURRENCY: wholeNumber(1, 100_000).default(1_024),
  WINDOW_TOKENS: wholeNumber(500, 1_000_000).default(16_000),
  FALLBACK_MODEL: text.optional(),
  SUMMARIES: flag.default(true),
  MODEL_PRICE: text
    .transform((value, context) => {
      const price = toPrice(value);
      if (price === undefined) context.addIssue(mustBe.price);
      return price ?? z.NEVER;
    })
    .optional(),
  ALLOW: accessList.optional(),
  DENY: accessList.optional(),
  USER_LIMITS: limits.optional(),
  SERVER_LIMITS: limits.optional(),
  PERSONA: text.default("assistant"),
  STORE_URL: text.regex(/^sqlite:\/\/./, { error: mustBe.store }).default("sqlite://./data/parley.sqlite"),
  RETENTION_DAYS: wholeNumber(1, 36_500).optional(),
  ADAPTERS: list.pipe(z.array(oneOf(adapterNames)).min(1, { error: () => mustBe.oneOf(adapterNames) })).optional(),
  LOG_LEVEL: oneOf(["fatal", "error", "warn", "info", "debug", "silent"]).optional(),
} as const;

export type SettingName = keyof typeof settings;

/** What a setting is for, as .env.example and the message about a wrong value say it. */
export const purposeOf = (name: SettingName): string => purposes[name];

export type Settings = { readonly [Name in SettingName]: z.output<(typeof settings)[Name]> };
