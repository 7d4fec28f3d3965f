import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { specFolder } from "../api-spec.ts";
import type { Json } from "./records.ts";
import { fields } from "./values.ts";

type Arguments = Readonly<Record<string, boolean>>;

const read = new Map<string, Arguments | undefined>();

/** What the official document of a method has against its arguments; nothing where the documents are not there. */
export function findArgumentBreaches(method: string, args: Json): readonly string[] {
  if (!read.has(method)) read.set(method, readArguments(method));
  const known = read.get(method);
  if (known === undefined) return [];
  // Bolt adds `team_id` to every call of an event's client.
  const strangers = Object.keys(args).filter((name) => name !== "team_id" && known[name] === undefined);
  const missing = Object.keys(known).filter((name) => known[name] && args[name] === undefined);
  return [
    ...strangers.map((name) => `${method} takes no argument ${name}`),
    ...missing.map((name) => `${method} needs the argument ${name}`),
  ];
}

/** Where the documents are stricter than Slack, or older than its client. True: required. */
const corrections: Readonly<Record<string, Arguments>> = {
  "chat.appendStream": { markdown_text: false },
  "chat.stopStream": { session_status: false },
  "assistant.threads.setSuggestedPrompts": { thread_ts: false },
  "agents.sessions.setStatus": {
    channel_id: true,
    status: true,
    thread_ts: false,
    title: false,
    initiator_user_id: false,
    icon_emoji: false,
    icon_url: false,
    username: false,
  },
};

/** Undefined for a method without a document. */
function readArguments(method: string): Arguments | undefined {
  const path = join(specFolder() ?? "", "slack-methods", `${method}.json`);
  const corrected = corrections[method];
  if (specFolder() === undefined) return undefined;
  if (!existsSync(path)) return corrected;
  const { args } = JSON.parse(readFileSync(path, "utf8")) as { args: Json };
  const required = Object.entries(args).map(([name, argument]) => [name, fields(argument)["required"] === true]);
  return { ...Object.fromEntries(required), ...corrected };
}
