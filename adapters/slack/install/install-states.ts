import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { StateStore } from "@slack/bolt";
import { type AdapterContext, createQueues } from "../../../src/port/index.ts";

type Parts = Pick<AdapterContext, "notes" | "clock"> & { readonly secret: string; readonly scopes: readonly string[] };

/** Time to read Slack's page and to agree. */
const lifeMs = 10 * 60_000;

/** More installations than this within that time are nobody's wish. Each costs a request to Slack, and a note. */
const mostUsed = 100;

const prefix = "install state ";

/**
 * What goes to Slack's install page and has to come back with the person. It is signed, so that pages that nobody comes back from
 * cost nothing; one that came back is noted until it would have run out, so that it works once, also over a restart.
 */
export function createInstallStates({ secret, scopes, notes, clock }: Parts): StateStore {
  const queues = createQueues();
  const key = createHmac("sha256", secret).update("parley install state").digest();
  const sign = (text: string): Buffer => createHmac("sha256", key).update(text).digest();

  async function use(text: string, expiresAt: number): Promise<void> {
    const used = await notes.names(prefix);
    const over = used.filter((name) => Number(name.slice(prefix.length).split(".")[0]) <= clock.now());
    for (const name of over) await notes.delete(name);
    if (expiresAt <= clock.now() || used.includes(prefix + text) || used.length - over.length >= mostUsed)
      throw new InvalidState();
    await notes.set(prefix + text, "used");
  }

  return {
    async generateStateParam() {
      const text = `${clock.now() + lifeMs}.${randomBytes(16).toString("hex")}`;
      return `${text}.${sign(text).toString("hex")}`;
    },
    async verifyStateParam(_, state) {
      const [, text = "", expiresAt, signature = ""] = /^((\d{13})\.[0-9a-f]{32})\.([0-9a-f]{64})$/.exec(state) ?? [];
      if (expiresAt === undefined || !timingSafeEqual(sign(text), Buffer.from(signature, "hex")))
        throw new InvalidState();
      await queues.after("", () => use(text, Number(expiresAt)));
      return { scopes: [...scopes] };
    },
  };
}

/** By this code Slack's SDK knows it. */
class InvalidState extends Error {
  readonly code = "slack_oauth_invalid_state";
}
