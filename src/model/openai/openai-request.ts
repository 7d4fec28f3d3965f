import { createHash } from "node:crypto";
import type OpenAI from "openai";
import type { ChatMessage, ModelSettings, Prompt } from "../model-client.ts";

export type OpenAiRequest = OpenAI.ChatCompletionCreateParamsStreaming;

/** What is sent for a prompt. Pure. A parameter that is not set is left out: many servers refuse what they do not know. */
export function toRequest(settings: ModelSettings, prompt: Prompt): OpenAiRequest {
  return {
    model: settings.model,
    messages: prompt.messages.map((message) => toMessage(message, settings.systemRole)),
    stream: true,
    stream_options: { include_usage: true },
    ...onlySet({
      temperature: settings.temperature,
      top_p: settings.topP,
      [settings.tokenField]: settings.maxOutputTokens,
      presence_penalty: settings.presencePenalty,
      frequency_penalty: settings.frequencyPenalty,
      stop: settings.stop === undefined ? undefined : [...settings.stop],
      // Free text: servers know efforts that the SDK does not.
      reasoning_effort: settings.reasoningEffort as OpenAiRequest["reasoning_effort"],
      safety_identifier: settings.sendUserId && prompt.user !== undefined ? toIdentifier(prompt.user) : undefined,
    }),
  };
}

type Unset<Parameters> = { readonly [Name in keyof Parameters]?: Parameters[Name] | undefined };

function onlySet(parameters: Unset<OpenAiRequest>): Partial<OpenAiRequest> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}

function toMessage(
  { role, content }: ChatMessage,
  systemRole: ModelSettings["systemRole"],
): OpenAI.ChatCompletionMessageParam {
  return { role: role === "system" ? systemRole : role, content };
}

/** Stable, so that a provider can tell people apart, and salted, so that a list of known ids does not tell who they are. */
function toIdentifier(user: string): string {
  return createHash("sha256").update(`parley:safety-identifier:${user}`).digest("hex");
}
