import type { FileServer } from "../../src/port/index.ts";

/** Discord's own file servers, and that of another API address where one is set. Discord turns a pasted text over 2,000 characters into a file. */
export function fileServer(apiUrl: string): FileServer {
  return {
    origins: new Set(["https://cdn.discordapp.com", "https://media.discordapp.net", new URL(apiUrl).origin]),
  };
}
