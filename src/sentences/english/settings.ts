import { either, number } from "./format.ts";

const dailyUse = "such as 50 questions, 200000 tokens, 0.5 dollars; dollars need MODEL_PRICE";
const accessForm = "server:ID, channel:ID, role:ID or user:ID, separated by commas";
const onlyWhenSet = "not sent if unset";

/** What each setting is for, and what is wrong with one. */
export const settings = {
  purposes: {
    DISCORD_TOKEN: "the Discord bot's token (Developer Portal, your application, Bot)",
    DISCORD_API_URL: "address of Discord's API, without the version",
    DISCORD_REPLY_IN: "where a mention in a channel is answered: in a new thread, or in the channel",
    SLACK_BOT_TOKEN: "the Slack app's bot token (api.slack.com/apps, your app, OAuth & Permissions)",
    SLACK_APP_TOKEN:
      "the app-level token for Socket Mode (api.slack.com/apps, your app, Basic Information, App-Level Tokens)",
    SLACK_SIGNING_SECRET:
      "proves that HTTP requests come from Slack (api.slack.com/apps, your app, Basic Information, App Credentials)",
    SLACK_CLIENT_ID: "lets other workspaces install the app, over HTTP only (App Credentials)",
    SLACK_CLIENT_SECRET: "goes with SLACK_CLIENT_ID (App Credentials)",
    SLACK_API_URL: "address of Slack's Web API; the bot also gets the address for Socket Mode from it",
    HOST: "address to listen on for Slack's HTTP requests: 127.0.0.1 for this machine only, 0.0.0.0 for all",
    PORT: "port to listen on for Slack's HTTP requests",
    FOLLOW_THREADS: "true: answer every message in a thread the bot has joined; false: only mentions",
    WHILE_ANSWERING:
      "messages that come during an answer: queue: one after the other; merge: together, after the answer; interrupt: stop the answer, then answer everything together",
    RESUME:
      "answers that a restart interrupted: retry: ask the model again; close: end the answer with a “Try again” button",
    OPENAI_API_KEY: "the key of OpenAI or another provider; local servers need none",
    OPENAI_BASE_URL: "address of an OpenAI-compatible server, up to and including /v1; OpenAI's own if unset",
    MODEL: "the model's name on that server",
    TEMPERATURE: `sampling temperature, 0 to 2; ${onlyWhenSet}`,
    TOP_P: `nucleus sampling, 0 to 1; ${onlyWhenSet}`,
    MAX_OUTPUT_TOKENS: `the longest answer, in tokens; ${onlyWhenSet}`,
    PRESENCE_PENALTY: `-2 to 2; ${onlyWhenSet}`,
    FREQUENCY_PENALTY: `-2 to 2; ${onlyWhenSet}`,
    STOP: `up to four texts that end an answer, separated by commas; ${onlyWhenSet}`,
    REASONING_EFFORT: `how much a reasoning model thinks, such as none, low or high; ${onlyWhenSet}`,
    SEND_USER_ID: "true: send a hash of the person's id as safety_identifier",
    TOKEN_FIELD: "the field in which the server takes MAX_OUTPUT_TOKENS: max_completion_tokens or max_tokens",
    SYSTEM_ROLE: "the role of the system message",
    THINK_TAGS: "how reasoning is marked in the text: both <think> and </think>, or the closing </think> only",
    MODEL_IDLE_SECONDS: "seconds of silence after which an answer counts as stalled",
    MODEL_CONCURRENCY:
      "requests to the model at the same time; further questions wait in a fair order, and people see their place",
    WINDOW_TOKENS: "tokens of conversation that are sent with each question",
    FALLBACK_MODEL: "a model on the same server that answers when the first one fails",
    SUMMARIES: "true: the model summarizes what no longer fits into the window; false: it is not sent",
    MODEL_PRICE: "the model's price in dollars for a million tokens, input/output, such as 0.25/2",
    ALLOW: `who may talk to the bot: ${accessForm}; everyone if unset`,
    DENY: `who may not talk to the bot: ${accessForm}; overrides ALLOW`,
    USER_LIMITS: `what one person may use in a day, ${dailyUse}`,
    SERVER_LIMITS: `what one server or workspace may use in a day, ${dailyUse}`,
    PERSONA: "default persona: a name from the list, or a text of your own",
    STORE_URL: "where conversations are stored: sqlite:// and a path",
    RETENTION_DAYS: "days after which stored messages are deleted; kept forever if unset",
    ADAPTERS: "platforms to run, separated by commas; all that have a token if unset",
    LOG_LEVEL: "how much is logged; info, or warn in a terminal, if unset",
  },

  head: "These settings need your attention:",
  problem: (name: string, what: string, purpose: string) => `${name}: ${what} (${purpose})`,
  notSet: (why: string) => `not set, ${why}`,
  why: {
    adapter: (name: string) => `but ADAPTERS names ${name}`,
    halfSlack: "so Slack is only half set up",
    dollars: (limit: string) => `but ${limit} has a limit in dollars`,
  },
  noPersona: "no persona has this name",
  sameModel: "the same as MODEL",
  manyStops: "more than four texts",
  twoTokens:
    "SLACK_BOT_TOKEN: set, but with SLACK_CLIENT_ID each workspace brings its own token. Remove SLACK_BOT_TOKEN or SLACK_CLIENT_ID",

  mustBe: {
    flag: "must be true or false",
    oneOf: (values: readonly string[]) => `must be ${either(values)}`,
    secret: "must be the token itself, without spaces, quotes or other characters around it",
    begins: (start: string) => `must begin with ${start}`,
    number: (least: number, most: number) => `must be a number from ${number(least)} to ${number(most)}`,
    wholeNumber: (least: number, most: number) => `must be a whole number from ${number(least)} to ${number(most)}`,
    address: "must be an address that begins with http:// or https://",
    plainAddress: "must be an address without a name and password in it",
    access: "has an entry in a wrong form",
    someAccess: "must name a server, channel, role or user",
    limits: "must be one or more of questions, tokens and dollars, each once and above zero, separated by commas",
    price: "must be two prices with a slash between them",
    store: "must be sqlite:// and a path",
    storeForms:
      "STORE_URL is not an address that Parley can open. It can be sqlite://./data/parley.sqlite (a file, relative to the folder Parley starts in), sqlite:///var/lib/parley.sqlite (a file with its full path) or sqlite://:memory: (nothing is kept after the process ends).",
  },
};
