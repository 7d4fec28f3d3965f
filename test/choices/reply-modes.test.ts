import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createReplyModes, replyModeRecord } from "../../src/choices/reply-modes.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { ada, placeOf } from "../support/build-event.ts";

test("a choice outlives the process", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parley-modes-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const open = async () => {
    const store = await openStore(`sqlite://${folder}/parley.sqlite`, { warn: () => undefined });
    return { ...store, modes: createReplyModes(store.records("reply-mode", replyModeRecord)) };
  };
  const asker = { place: placeOf(), author: ada };
  const before = await open();
  await before.modes.set(asker, "me", "final");
  await before.close();
  const after = await open();
  expect(await after.modes.at(asker)).toEqual({ mode: "final", by: "me" });
  await after.close();
});
