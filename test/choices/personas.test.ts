import { expect, onTestFinished, test } from "vitest";
import { createPersonas, personaRecord } from "../../src/choices/personas.ts";
import { toPersona } from "../../src/choices/presets.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { directPlace, placeOf } from "../support/build-event.ts";

async function openPersonas() {
  const opened = await openStore("sqlite://:memory:", { warn: () => undefined });
  onTestFinished(() => opened.close());
  const records = opened.records("persona", personaRecord);
  return { records, personas: createPersonas(records, toPersona("assistant")) };
}

test("where nobody chose, the default speaks", async () => {
  const { personas } = await openPersonas();
  expect(await personas.at(placeOf())).toMatchObject({ persona: { name: "assistant" }, scope: "default" });
});

test("a preset is stored by its name, so that its next text reaches those who chose it", async () => {
  const { records, personas } = await openPersonas();
  await personas.set(placeOf(), "channel", "Pirate");
  expect(await records.get(`channel ${placeOf().channel}`)).toEqual({ v: 1, persona: "pirate" });
  expect(await personas.at(placeOf())).toMatchObject({ persona: { title: "Pirate" }, scope: "channel" });
});

test("a text of one's own is stored whole", async () => {
  const { personas } = await openPersonas();
  const text = `You are ${"very ".repeat(500)}kind.\nAlways.`;
  await personas.set(placeOf(), "thread", text);
  expect((await personas.at(placeOf())).persona.text).toBe(text);
});

test("a thread, a channel and a server with the same id are not taken for one another", async () => {
  const { personas } = await openPersonas();
  const { channel } = placeOf();
  const lookalike = directPlace({ thread: placeOf().thread });
  await personas.set(placeOf(), "channel", "pirate");
  expect((await personas.at({ ...lookalike, channel: placeOf().channel })).persona.title).toBe("Pirate");
  const namedLikeChannel = {
    ...lookalike,
    thread: `${channel}` as typeof lookalike.thread,
    channel: `x` as typeof channel,
  };
  expect((await personas.at(namedLikeChannel)).scope).toBe("default");
});

test("where there is no server none can be chosen for it", async () => {
  const { personas } = await openPersonas();
  await expect(personas.set(directPlace(), "server", "pirate")).rejects.toThrow("no server");
  expect(await personas.reset(directPlace(), "server")).toBe(false);
});

test("resetting says whether there was a choice to take back", async () => {
  const { personas } = await openPersonas();
  await personas.set(placeOf(), "thread", "pirate");
  expect(await personas.reset(placeOf(), "thread")).toBe(true);
  expect(await personas.reset(placeOf(), "thread")).toBe(false);
});
