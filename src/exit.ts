import { ConfigError } from "./config/read-env.ts";
import { StartError } from "./port/index.ts";
import { sentences } from "./sentences/sentences.ts";
import { StoreError } from "./store/conversation-store.ts";
import { describeError } from "./text/errors.ts";
import { withoutSecrets } from "./text/secrets.ts";

/** sysexits.h: the configuration is wrong, and starting again without a change will not help. */
export const exitConfig = 78;
const exitFailure = 1;

/** Tells whoever started the bot, and returns the exit code. What nobody foresaw is one line: SDK errors carry tokens and requests. */
export function fail(error: unknown, secrets: readonly string[]): number {
  const unusable = error instanceof ConfigError || error instanceof StartError;
  const known = unusable || error instanceof StoreError;
  const sentence = known ? error.message : sentences.start.cannotGoOn(describeError(error));
  process.stderr.write(`${withoutSecrets(sentence, secrets)}\n`);
  return unusable ? exitConfig : exitFailure;
}
