import type { AccessRules } from "../limits/access.ts";
import type { CoreSettings } from "../limits/core-settings.ts";
import { systemClock } from "../runtime/clock.ts";
import type { Retention } from "../store/retention.ts";
import { secretsIn } from "../text/secrets.ts";
import type { Pace } from "./pace.ts";
import type { Settings } from "./settings.ts";

/** Read back when the bot is called into a thread that it did not start. */
const earlierMessages = 50;

const dayMs = 24 * 60 * 60_000;

export const toRetention = ({ RETENTION_DAYS: days }: Settings): Retention => ({
  keptMs: days === undefined ? undefined : days * dayMs,
  now: systemClock.now,
});

export function toCoreSettings(settings: Settings, { finishMs }: Pace): CoreSettings {
  const { WINDOW_TOKENS, SUMMARIES, FOLLOW_THREADS, WHILE_ANSWERING, RESUME, MODEL_PRICE, MAX_OUTPUT_TOKENS } =
    settings;
  const { USER_LIMITS, SERVER_LIMITS } = settings;
  return {
    whileAnswering: WHILE_ANSWERING,
    resume: RESUME,
    finishMs,
    windowTokens: WINDOW_TOKENS,
    summaries: SUMMARIES,
    followThreads: FOLLOW_THREADS,
    earlierMessages,
    ...(MODEL_PRICE === undefined ? {} : { price: MODEL_PRICE }),
    ...(MAX_OUTPUT_TOKENS === undefined ? {} : { longestAnswer: MAX_OUTPUT_TOKENS }),
    access: toAccess(settings),
    limits: {
      ...(USER_LIMITS === undefined ? {} : { user: USER_LIMITS }),
      ...(SERVER_LIMITS === undefined ? {} : { server: SERVER_LIMITS }),
    },
  };
}

export const toAccess = ({ ALLOW = [], DENY = [] }: Settings): AccessRules => ({ allow: ALLOW, deny: DENY });

export const secretsOf = (settings: Settings): readonly string[] =>
  [
    settings.DISCORD_TOKEN,
    settings.OPENAI_API_KEY,
    settings.SLACK_BOT_TOKEN,
    settings.SLACK_APP_TOKEN,
    settings.SLACK_SIGNING_SECRET,
    settings.SLACK_CLIENT_SECRET,
    ...[settings.OPENAI_BASE_URL, settings.DISCORD_API_URL, settings.SLACK_API_URL].flatMap((url) =>
      secretsIn(url ?? ""),
    ),
  ].filter((secret) => secret !== undefined);
