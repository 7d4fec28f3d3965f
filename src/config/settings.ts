// The settings are what an admin writes into the environment; each has a name, a purpose, a check and perhaps a default.
// They are read once, all problems are told at once, and their values are never repeated in an error, because they may be secrets.
// From here on each part is handed what it takes of them, and nobody else reads the environment.

import { z } from "zod";
import { toAccessEntry } from "../limits/access.ts";
import { type Limits, toLimits } from "../limits/limits.ts";
import { toPrice } from "../model/price.ts";

const text = z.string().trim();
const flag = z.stringbool({ error: "must be true or false" });
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });
/** Anything else would be refused by fetch as a header, long after the start. */
const secret = text.regex(/^[\x21\x23-\x26\x28-\x7e]+$/, {
  error: "must be the token itself, without spaces, quotes or other signs around it",
});
const slackToken = (begins: string, pattern: RegExp) => secret.regex(pattern, { error: `must begin with ${begins}` });
const between = (what: string, least: number, most: number) => {
  const error = `must be ${what} from ${least} to ${most}`;
  return z.coerce.number({ error }).min(least, { error }).max(most, { error });
};
const number = (least: number, most: number) => between("a number", least, most);
const wholeNumber = (least: number, most: number) =>
  between("a whole number", least, most).int({ error: `must be a whole number from ${least} to ${most}` });
const address = z
  .url({ protocol: /^https?$/, error: "must be an address that begins with http:// or https://" })
  // No request can be made to one: `fetch` refuses it each time.
  .refine((url) => !URL.canParse(url) || new URL(url).username + new URL(url).password === "", {
    error: "must be an address without a name and password in it",
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
        if (entry === undefined)
          context.addIssue("must be server:ID, channel:ID, role:ID or user:ID, with commas between them");
        return entry ?? z.NEVER;
      }),
    )
    .min(1, { error: "must name a server, channel, role or user" }),
);
const limits = text.transform((value, context): Limits => {
  const read = toLimits(value);
  if (read === undefined)
    context.addIssue("must be such as 50 requests, 200000 tokens, 0.5 dollars; any of these, with commas between them");
  return read ?? z.NEVER;
});
/** Every adapter there is. */
export const adapterNames = ["discord", "slack", "terminal"] as const;

/** One setting: what it is for, in words that stand in .env.example and in the message about a wrong value. */
type Setting<Schema extends z.ZodType> = { readonly purpose: string; readonly schema: Schema };
const setting = <Schema extends z.ZodType>(purpose: string, schema: Schema): Setting<Schema> => ({ purpose, schema });

/** Every setting there is, by the name of its environment variable. */
export const settings = {
  DISCORD_TOKEN: setting("the Discord bot's token (Developer Portal, your application, Bot)", secret.optional()),
  DISCORD_API_URL: setting("Discord's API, without the version", address.default("https://discord.com/api")),
  DISCORD_REPLY_IN: setting(
    "where a mention in a channel is answered: thread (a new thread) or channel",
    oneOf(["thread", "channel"]).default("thread"),
  ),
  SLACK_BOT_TOKEN: setting(
    "the Slack app's bot token (api.slack.com/apps, your app, OAuth & Permissions)",
    slackToken("xoxb-", /^(xoxb|xoxe\.xoxb)-/).optional(),
  ),
  SLACK_APP_TOKEN: setting(
    "the app-level token for Socket Mode (api.slack.com/apps, your app, Basic Information, App-Level Tokens)",
    slackToken("xapp-", /^xapp-/).optional(),
  ),
  SLACK_SIGNING_SECRET: setting(
    "checks that requests come from Slack, where Slack calls the bot by HTTP (Basic Information, App Credentials)",
    secret.optional(),
  ),
  SLACK_CLIENT_ID: setting("lets other workspaces install the app, by HTTP only (App Credentials)", text.optional()),
  SLACK_CLIENT_SECRET: setting("goes with SLACK_CLIENT_ID (App Credentials)", secret.optional()),
  SLACK_API_URL: setting(
    "Slack's Web API; Socket Mode's address comes from there",
    address.default("https://slack.com/api"),
  ),
  HOST: setting(
    "the address on which Slack's requests are heard: this machine alone, or 0.0.0.0",
    text.default("127.0.0.1"),
  ),
  PORT: setting("the port on which Slack's requests are heard", wholeNumber(1, 65_535).default(3_000)),
  FOLLOW_THREADS: setting(
    "true answers every message in a thread the bot has joined, false only mentions",
    flag.default(true),
  ),
  WHILE_ANSWERING: setting(
    "what becomes of messages that come while an answer is being written: queue, merge or interrupt",
    oneOf(["queue", "merge", "interrupt"]).default("queue"),
  ),
  RESUME: setting(
    "what becomes of answers that a restart broke off: retry asks the model again, close leaves a button for that",
    oneOf(["retry", "close"]).default("retry"),
  ),
  OPENAI_API_KEY: setting("the key of OpenAI or another provider; local servers need none", secret.optional()),
  OPENAI_BASE_URL: setting(
    "the address of an OpenAI-compatible server, up to and including /v1; OpenAI's own if not set",
    address.optional(),
  ),
  MODEL: setting("the model's name at that server", text.default("gpt-6-luna")),
  TEMPERATURE: setting("sampling temperature, 0 to 2; sent only when set", number(0, 2).optional()),
  TOP_P: setting("nucleus sampling, 0 to 1; sent only when set", number(0, 1).optional()),
  MAX_OUTPUT_TOKENS: setting("the longest answer, in tokens; sent only when set", wholeNumber(1, 1_000_000).optional()),
  PRESENCE_PENALTY: setting("-2 to 2; sent only when set", number(-2, 2).optional()),
  FREQUENCY_PENALTY: setting("-2 to 2; sent only when set", number(-2, 2).optional()),
  STOP: setting("up to four texts that end an answer, with commas between them; sent only when set", list.optional()),
  REASONING_EFFORT: setting(
    "how much a reasoning model thinks, such as none, low or high; sent only when set",
    text.optional(),
  ),
  SEND_USER_ID: setting("true sends a hash of the asking person's id as safety_identifier", flag.default(false)),
  TOKEN_FIELD: setting(
    "what the server calls MAX_OUTPUT_TOKENS: max_completion_tokens or max_tokens",
    oneOf(["max_completion_tokens", "max_tokens"]).default("max_completion_tokens"),
  ),
  SYSTEM_ROLE: setting(
    "the role of the system message: system or developer",
    oneOf(["system", "developer"]).default("system"),
  ),
  THINK_TAGS: setting(
    "how thoughts are marked in an answer's text: both (<think> and </think>), or closing if only </think> ends them",
    oneOf(["both", "closing"]).default("both"),
  ),
  MODEL_IDLE_SECONDS: setting(
    "seconds without a sign from the model after which an answer counts as stalled",
    wholeNumber(1, 3_600).default(120),
  ),
  MODEL_CONCURRENCY: setting(
    "requests to the model at once; further questions wait in a fair order and see their place",
    wholeNumber(1, 100_000).default(1_024),
  ),
  WINDOW_TOKENS: setting(
    "tokens of conversation that each question carries along",
    wholeNumber(500, 1_000_000).default(16_000),
  ),
  FALLBACK_MODEL: setting("a model at the same server that answers where the first one fails", text.optional()),
  SUMMARIES: setting(
    "true has the model sum up the turns that leave the window, false leaves them out",
    flag.default(true),
  ),
  MODEL_PRICE: setting(
    "what the model costs in dollars for a million tokens, input/output, such as 0.25/2",
    text
      .transform((value, context) => {
        const price = toPrice(value);
        if (price === undefined) context.addIssue("must be two prices with a slash between them, such as 0.25/2");
        return price ?? z.NEVER;
      })
      .optional(),
  ),
  ALLOW: setting(
    "who may talk to the bot: server:ID, channel:ID, role:ID, user:ID, with commas between them; if not set, everybody",
    accessList.optional(),
  ),
  DENY: setting("who may not, in the same form; it goes before ALLOW", accessList.optional()),
  USER_LIMITS: setting(
    "what one person may use in a day, such as 50 requests, 200000 tokens, 0.5 dollars",
    limits.optional(),
  ),
  SERVER_LIMITS: setting(
    "what one server or workspace may use in a day, in the same form; dollars need MODEL_PRICE",
    limits.optional(),
  ),
  PERSONA: setting(
    "who speaks where nobody chose: a name from the list of personas, or a text of your own",
    text.default("assistant"),
  ),
  STORE_URL: setting(
    "where conversations are kept: sqlite:// and a path",
    text.regex(/^sqlite:\/\/./, { error: "must be sqlite:// and a path" }).default("sqlite://./data/parley.sqlite"),
  ),
  RETENTION_DAYS: setting(
    "days after which what was said is deleted; kept for ever if not set",
    wholeNumber(1, 36_500).optional(),
  ),
  ADAPTERS: setting(
    "adapters to run, with commas between them: discord, slack, terminal; if not set, all that have a token",
    list.pipe(z.array(oneOf(adapterNames)).min(1, { error: `must name ${adapterNames.join(" or ")}` })).optional(),
  ),
  LOG_LEVEL: setting(
    "fatal, error, warn, info, debug or silent",
    oneOf(["fatal", "error", "warn", "info", "debug", "silent"]).optional(),
  ),
} as const;

export type SettingName = keyof typeof settings;
export type Settings = { readonly [Name in SettingName]: z.output<(typeof settings)[Name]["schema"]> };
