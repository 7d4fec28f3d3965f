import { createHmac, timingSafeEqual } from "node:crypto";

/** What the bot gives Slack to keep, and takes back only as it was. */
export interface Seal {
  close(text: string): string;
  /** Undefined where it was not sealed by this, or was changed. */
  open(sealed: string): string | undefined;
}

export function createSeal(secret: string): Seal {
  const key = createHmac("sha256", secret).update("parley seal").digest();
  const sign = (text: string): Buffer => createHmac("sha256", key).update(text).digest();
  return {
    close: (text) => `${sign(text).toString("hex")} ${text}`,
    open(sealed) {
      const [, mark = "", text = ""] = /^([0-9a-f]{64}) (.*)$/s.exec(sealed) ?? [];
      return mark !== "" && timingSafeEqual(sign(text), Buffer.from(mark, "hex")) ? text : undefined;
    },
  };
}
