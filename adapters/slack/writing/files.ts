import type { FileServer } from "../../../src/port/index.ts";

/** Slack's own file servers, and that of another API address where one is set. Files are shown to the token's owner only. */
export function fileServer(apiUrl: string, token: string): FileServer {
  return {
    origins: new Set(["https://files.slack.com", "https://slack-files.com", new URL(apiUrl).origin]),
    headers: { authorization: `Bearer ${token}` },
  };
}
