import { type Call, channelOf, type Methods } from "./calls.ts";
import type { Json } from "./records.ts";
import { breach, insist } from "./refusals.ts";
import { addStatus, threadKey } from "./statuses.ts";
import { list, text } from "./values.ts";

export const assistantMethods: Methods = {
  "assistant.threads.setStatus": { scopes: ["chat:write", "assistant:write"], answer: setStatus },
  "assistant.threads.setTitle": {
    scopes: ["assistant:write"],
    answer(call) {
      threadOf(call);
      return {};
    },
  },
  "assistant.threads.setSuggestedPrompts": { scopes: ["assistant:write"], answer: setPrompts },
  "agents.sessions.setStatus": { scopes: ["chat:write", "assistant:write"], answer: setSession },
};

function setStatus(call: Call): Json {
  const { world, args } = call;
  const { loading_messages: loading } = args as { readonly loading_messages?: unknown };
  if (Array.isArray(loading) && loading.length > 10) breach("invalid_arguments", "more than 10 loading_messages");
  addStatus(world.statuses, threadOf(call), { status: text(args["status"]), at: world.now() });
  return {};
}

function setPrompts(call: Call): Json {
  const { world, args } = call;
  const { id: channelId } = channelOf(call, "channel_id");
  const prompts = list(args["prompts"]);
  if (prompts.length > 4) breach("invalid_arguments", "more than 4 prompts");
  if (prompts.some((prompt) => text(prompt["title"]) === "" || text(prompt["message"]) === ""))
    breach("invalid_arguments", "a prompt without title or message");
  const thread = args["thread_ts"] === undefined ? {} : { threadTs: text(args["thread_ts"]) };
  if (thread.threadTs !== undefined) threadOf(call);
  const title = args["title"] === undefined ? {} : { title: text(args["title"]) };
  world.prompts.push({ channelId, ...thread, ...title, prompts, at: world.now() });
  return {};
}

function setSession(call: Call): Json {
  const { world, args } = call;
  const status = text(args["status"]);
  if (!sessionStatuses.includes(status)) breach("invalid_arguments", `no session status ${status}`);
  addStatus(world.sessions, threadOf(call), { status, at: world.now() });
  return {};
}

const sessionStatuses = ["active", "processing", "suspended", "closed"];

function threadOf(call: Call): string {
  const { id } = channelOf(call, "channel_id");
  const ts = text(call.args["thread_ts"]);
  insist(call.world.messages.get(ts)?.channelId === id, "invalid_thread_ts");
  return threadKey(id, ts);
}
