import { expect, test } from "vitest";
import { readEnv } from "../../src/config/read-env.ts";

const names = ["SLACK_API_URL", "DISCORD_API_URL", "OPENAI_BASE_URL"] as const;

test.each(names)(
  "%s with a password in it, to which no request can be made, ends the start without showing it",
  (name) => {
    for (const address of ["http://ann:hunter22@host/v1", "https://hunter22@host"]) {
      expect(() => readEnv({ [name]: address })).toThrow(
        `${name}: must be an address without a name and password in it`,
      );
      expect(() => readEnv({ [name]: address })).not.toThrow("hunter22");
    }
    expect(readEnv({ [name]: "http://host/v1/@ann?key=a@b" })[name]).toBe("http://host/v1/@ann?key=a@b");
  },
);
