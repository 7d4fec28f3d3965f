import { destination, type Logger, pino } from "pino";

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
      hooks: { streamWrite: (line) => withoutSecrets(line, secrets) },
    },
    destination({ dest: 2, sync: true }), // a crash must not take the lines that explain it along
  );
}

/** The text with every secret replaced; short ones are left, or they would eat ordinary words. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= 6)
    .reduce((kept, secret) => kept.replaceAll(secret, "[secret]"), text);
}
