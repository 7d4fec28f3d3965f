import type { Client } from "discord.js";
import type { AdapterLog } from "../../src/port/index.ts";

type Gateway = { handlePacket(...packet: readonly unknown[]): unknown };

/** What discord.js cannot read it throws where nobody catches it: one packet that is not as it expects would end the process. */
export function catchOddPackets({ ws }: Client, log: AdapterLog): void {
  const gateway = ws as unknown as Gateway;
  const read = gateway.handlePacket.bind(gateway);
  gateway.handlePacket = (...packet) => {
    try {
      return read(...packet);
    } catch (error) {
      log.warn({ error: error instanceof Error ? error.name : "unknown" }, "Discord sent something unreadable");
      return false;
    }
  };
}
