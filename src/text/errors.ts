// Small functions that make words for people and logs: an error in one line, a text without secrets, a duration, a text in one line.
// They know nothing of the bot, so every folder may use them.
// Whole sentences for people stand in src/sentences, not here.

/** An error and what caused it, in one line and without a stack; for logs. SDK errors carry whole requests, so none is logged as it is. */
export function describeError(error: unknown): string {
  const lines: string[] = [];
  for (let one = error; one !== undefined && lines.length < 5; one = one instanceof Error ? one.cause : undefined) {
    lines.push(
      (one instanceof Error ? `${one.name}${codeOf(one)}: ${one.message}` : String(one)).slice(0, longestLine),
    );
  }
  return lines.join(" ← ");
}

/** Characters of one error: its words may be a server's, which may send any number of them. */
const longestLine = 1_000;

function codeOf(error: Error): string {
  return "code" in error && error.code !== undefined ? ` [${String(error.code)}]` : "";
}
