import { count } from "./format.ts";

const again = "start Parley again";

/** What is told at the start, to the admin in a terminal or in the log. */
export const start = {
  platform: (name: string, lack: string | undefined) => `  ${name}: ${lack === undefined ? "on" : `off (${lack})`}`,
  addToAdapters: "add it to ADAPTERS",
  runTerminal: "set ADAPTERS=terminal to talk to it here",
  set: (name: string, purpose: string) => `set ${name}: ${purpose}`,
  nothingToRun:
    "Nothing to run: there is no terminal and no platform is set up. Set DISCORD_TOKEN or SLACK_BOT_TOKEN, or run Parley in a terminal with ADAPTERS=terminal.",
  model: (model: string, host: string, fallback: string | undefined) =>
    `Model: ${model} at ${host}${fallback === undefined ? "" : `, or ${fallback} if it fails`}`,
  demo: "Model: the built-in demo, which is not an AI. Set OPENAI_API_KEY or OPENAI_BASE_URL to use a real one.",
  cannotGoOn: (reason: string) => `Parley cannot go on: ${reason}`,

  store: {
    noRoom: "The disk that holds the store is full.",
    unread: (why: string) => `The store could not be read: ${why}`,
    unwritten: (why: string) => `The store could not be written: ${why}`,
    full: (path: string) => `The disk that holds ${path} is full. Make room on it and ${again}.`,
    locked: (path: string) =>
      `${path} is in use by another program, perhaps a second Parley. Stop that one and ${again}.`,
    damaged: (path: string, why: string) =>
      `${path} is damaged (${why}). Put a backup in its place, or move it away to start with an empty store.`,
    foreign: (path: string) =>
      `${path} is not a SQLite database. Set STORE_URL to another file, or move this one away.`,
    other: (path: string, why: string) =>
      `Parley cannot write to ${path} (${why}). Give it a folder it may write to, or set STORE_URL to another file.`,
  },

  backup: {
    done: (file: string, rows: number) =>
      `Backup written and checked: ${file} (${count(rows, { one: "row", other: "rows" })}). It holds private conversations: keep it as safe as the store.`,
    restored: (file: string, rows: number, before: string | undefined) =>
      `Restored and checked: ${file} (${count(rows, { one: "row", other: "rows" })}).${before === undefined ? "" : ` The earlier store is now ${before}; delete it when you no longer need it.`}`,
    exists: (file: string) => `${file} exists already. Name another file, or move that one away.`,
    missing: (file: string) => `There is no file ${file}. Check the name, or STORE_URL.`,
    memory: "STORE_URL is sqlite://:memory:, so there is nothing to back up or to restore. Set it to a file.",
    which: "Name the backup: npm run restore -- FILE",
  },

  /** What the model's server says about the settings. */
  check: {
    notListed: (setting: string, model: string, examples: string | undefined) =>
      `The server does not list ${setting} ${model}${examples === undefined ? "" : ` (it lists ${examples})`}. Set ${setting} to a name from its list.`,
    wasShutDown: (setting: string, model: string, day: string) =>
      `${setting} ${model} was shut down on ${day}. Set ${setting} to another model.`,
    willBeShutDown: (setting: string, model: string, day: string) =>
      `${setting} ${model} will be shut down on ${day}. Set ${setting} to another model before then.`,
    keyRejected: (address: string, why: string) =>
      `The server at ${address} rejected the key (${why}). Set OPENAI_API_KEY to a key of that server.`,
    mayNotList: (address: string, why: string) =>
      `The server at ${address} does not let the key list its models (${why}). If answers fail too, set OPENAI_API_KEY to a key with more permissions.`,
    noAnswer: (address: string, why: string) =>
      `No answer from ${address} (${why}). Start the server there, or set OPENAI_BASE_URL to its address up to and including /v1.`,
  },

  /** For the log: why a reply could not be shown. */
  notShown: {
    gone: "the message or its thread was deleted while the reply was written; the reply ends there",
    forbidden: "the bot may not write here: give it permission to see this place and to write in it and its threads",
    absent: "the bot is not a member of the channel: invite it there",
    closed: "the thread is locked or archived and the bot may not reopen it",
    frozen: "the platform no longer lets anyone change this message",
    unsupported: "the bot used something that the platform does not support here; please report this",
    ended: "the platform ended the message while it was written",
    blocked: "the platform's moderation blocked the reply's text",
    "rate-limited": "the platform's rate limit lasted too long",
    invalid: "the platform rejected the request as malformed; please report this",
    unavailable: "the platform did not answer",
  },
};
