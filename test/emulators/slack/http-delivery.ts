import { createHmac } from "node:crypto";
import { acknowledge, recordDelivery, retry } from "./envelopes.ts";
import type { Json } from "./records.ts";
import { fields } from "./values.ts";
import type { Parcel, World } from "./world.ts";

export type HttpDelivery = {
  /** Asks the address for the challenge and sends everything there from now on. */
  deliverTo(url: string): void;
  readonly reachable: () => boolean;
  stop(): void;
};

type Posted = { readonly status: number; readonly body: unknown; readonly noRetry: boolean };

/** HTTP mode: signed requests to the app's address, sent again unless it answers 2xx in time. */
export function createHttpDelivery(world: World): HttpDelivery {
  const stopping = new AbortController();
  const waiting: Parcel[] = [];
  let target: string | undefined;
  if (world.settings.mode === "http") world.parcels.listen(deliver);

  function deliver(parcel: Parcel): void {
    if (target === undefined) waiting.push(parcel);
    else void carry(target, parcel);
  }

  /** Never rejects: what goes wrong is for the retries and the record. */
  async function carry(url: string, parcel: Parcel): Promise<void> {
    const delivery = recordDelivery(world, parcel);
    const retried: Record<string, string> =
      parcel.attempt === 0
        ? {}
        : { "x-slack-retry-num": String(parcel.attempt), "x-slack-retry-reason": parcel.reason ?? "unknown_error" };
    const outcome = await post(url, toBody(parcel), retried).catch((error: unknown) => reasonOf(error));
    if (stopping.signal.aborted) return;
    if (typeof outcome === "string") return retry(world, parcel, outcome);
    delivery.status = outcome.status;
    if (outcome.status >= 200 && outcome.status < 300) return acknowledge(world, { parcel, delivery }, outcome.body);
    delivery.response = outcome.body;
    world.changes.send();
    if (!outcome.noRetry) retry(world, parcel, "http_error");
  }

  async function post(url: string, body: Body, headers: Readonly<Record<string, string>>): Promise<Posted> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const digest = createHmac("sha256", world.signingSecret).update(`v0:${timestamp}:${body.text}`).digest("hex");
    const response = await fetch(url, {
      method: "POST",
      body: body.text,
      redirect: "error",
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(world.settings.envelopeTimeoutMs)]),
      headers: {
        ...headers,
        "content-type": body.type,
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": `v0=${digest}`,
      },
    });
    const noRetry = response.headers.get("x-slack-no-retry") === "1";
    return { status: response.status, body: toResponse(await response.text()), noRetry };
  }

  async function verify(url: string): Promise<void> {
    const challenge = world.secret();
    const asked = JSON.stringify({ token: "unused", challenge, type: "url_verification" });
    const answer = await post(url, { text: asked, type: "application/json" }, {}).catch(reasonOf);
    if (stopping.signal.aborted) return;
    const given = typeof answer === "string" ? answer : (fields(answer.body)["challenge"] ?? answer.body);
    if (given !== challenge) world.problems.push(`${url} did not answer the challenge: ${JSON.stringify(given)}`);
    world.changes.send();
  }

  return {
    deliverTo(url) {
      target = url;
      void verify(url);
      for (const parcel of waiting.splice(0)) deliver(parcel);
      world.changes.send();
    },
    reachable: () => target !== undefined,
    stop: () => stopping.abort(),
  };
}

type Body = { readonly text: string; readonly type: string };

function toBody({ kind, payload }: Parcel): Body {
  const form = (entries: Json) => {
    const pairs = Object.entries(entries).map(([key, value]) => [key, String(value)] as [string, string]);
    return { text: new URLSearchParams(pairs).toString(), type: "application/x-www-form-urlencoded" };
  };
  switch (kind) {
    case "events_api":
      return { text: JSON.stringify(payload), type: "application/json" };
    case "slash_commands":
      return form(payload);
    case "interactive":
      return form({ payload: JSON.stringify(payload) });
  }
}

function toResponse(body: string): unknown {
  if (body === "") return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof DOMException && error.name === "TimeoutError" ? "http_timeout" : "connection_failed";
}
