import { destination, type Logger, pino } from "pino";
import { cutting } from "./text/secrets.ts";

/**
 * The log, as JSON lines on standard error. Secrets are cut out of every line, wherever they stand; what people write is not logged.
 */
export function createLog(level: string, secrets: readonly string[]): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: cutting(secrets) },
    },
    destination({ dest: 2, sync: true }), // a crash must not take the lines that explain it along
  );
}
