import type { Written } from "./messages.ts";
import { findPings } from "./pings.ts";
import { findButtons, readerText, sources } from "./reading.ts";
import type { EphemeralRecord, Live } from "./records.ts";
import type { World } from "./world.ts";

export type Whisper = Pick<EphemeralRecord, "user" | "channel" | "threadTs" | "via"> & { readonly written: Written };

/** Shows a text to one person only. */
export function addEphemeral(world: World, { written, ...place }: Whisper): Live<EphemeralRecord> {
  const ephemeral = { ...place, ts: world.ts(), at: world.now(), deleted: false, ...show(written) };
  world.ephemerals.push(ephemeral);
  world.changes.send();
  return ephemeral;
}

export function rewriteEphemeral(world: World, ephemeral: Live<EphemeralRecord>, written: Written): void {
  Object.assign(ephemeral, show(written));
  world.changes.send();
}

function show(written: Written): Pick<EphemeralRecord, "text" | "blocks" | "buttons" | "pings"> {
  const { blocks, byName } = written;
  const pings = findPings(sources(written), byName);
  return { text: readerText(written), blocks, buttons: findButtons(blocks), pings };
}
