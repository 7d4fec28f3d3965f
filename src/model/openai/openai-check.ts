import type OpenAI from "openai";
import { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";
import { publicPart } from "../../text/secrets.ts";
import type { ModelError, ModelSettings } from "../model-client.ts";
import { parseJson } from "../outside.ts";
import { readBeginning } from "../read-beginning.ts";
import { bodyOf } from "./http-fetch.ts";
import { presentable, toModelError } from "./openai-errors.ts";

const said = sentences.start.check;

const checkMs = 5_000;

/** Asks for the list of models and says in one sentence what the admin should change, or nothing. A server may lack the list. */
export async function checkEndpoint(
  client: OpenAI,
  settings: ModelSettings,
  secrets: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  // An answer must begin within one of these times, and its list end within two.
  const whole = AbortSignal.any([signal, AbortSignal.timeout(checkMs * 2)]);
  try {
    const response = await client.get("/models", { timeout: checkMs, maxRetries: 0, signal: whole }).asResponse();
    return modelAdvice(toListedModels(await readBeginning(bodyOf(response), mostListBytes)), settings, Date.now());
  } catch (error) {
    if (whole.aborted) return undefined;
    return failureAdvice(toModelError(error, secrets), presentable(publicPart(new URL(settings.baseUrl)), secrets));
  }
}

/** The longest list of a provider takes an eighth of it. */
const mostListBytes = 4_000_000;

export type ListedModel = { readonly id: string; readonly shutdown_date?: string | null | undefined };

/** What a list of models says about the one that is set. Pure; an empty list says nothing. */
export function modelAdvice(
  listed: readonly ListedModel[],
  { model, namedBy = "MODEL" }: Pick<ModelSettings, "model" | "namedBy">,
  now: number,
): string | undefined {
  if (listed.length === 0) return undefined;
  const found = listed.find(({ id }) => means(id, model));
  if (found === undefined) return said.notListed(namedBy, model, examples(listed));
  const shutdown = Date.parse(found.shutdown_date ?? "");
  if (shutdown <= now) return said.wasShutDown(namedBy, model, toDay(shutdown));
  if (shutdown - now <= noticeMs) return said.willBeShutDown(namedBy, model, toDay(shutdown));
  return undefined;
}

const toDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

const noticeMs = 90 * 24 * 3_600_000;

/** Ollama leaves ":latest" out, OpenRouter takes variants after a colon, Gemini lists "models/…", LiteLLM wildcards. */
function means(id: string, model: string): boolean {
  if (id.endsWith("*")) return model.startsWith(id.slice(0, -1));
  return id === model || id === `${model}:latest` || id === `models/${model}` || model.startsWith(`${id}:`);
}

function examples(listed: readonly ListedModel[]): string | undefined {
  const short = listed.map(({ id }) => id).filter((id) => id.length <= 20);
  return short.length === 0 ? undefined : `${short.slice(0, 5).join(", ")}${listed.length > 5 ? ", …" : ""}`;
}

function failureAdvice({ code, message }: ModelError, address: string): string | undefined {
  switch (code) {
    case "unauthorized":
      return said.keyRejected(address, message);
    case "forbidden":
      return said.mayNotList(address, message);
    case "unreachable":
    case "timeout":
    case "broken":
    case "stalled":
      return said.noAnswer(address, message);
    case "unknown-model":
    case "no-quota":
    case "rate-limited":
    case "too-long":
    case "filtered":
    case "rejected":
    case "unavailable":
    case "paused":
      return undefined;
  }
}

const listShape = z.object({
  data: z.array(z.object({ id: z.string(), shutdown_date: z.string().nullish().catch(undefined) })),
});

/** A list that was cut at its limit says nothing. */
function toListedModels(body: string): readonly ListedModel[] {
  const read = listShape.safeParse(parseJson(body));
  return read.success ? read.data.data : [];
}
