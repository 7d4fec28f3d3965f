import { expect, test } from "vitest";
import { type Change, createChanges } from "../../src/conversation/changes.ts";
import { messageId, threadId } from "../../src/port/index.ts";
import { createRecordingSurface } from "../support/recording-surface.ts";
import { messageOf } from "./build-event.ts";

const [here, there] = [threadId("here"), threadId("there")];
const message = messageId("m");
const edited = (text: string): Change => ({ kind: "edited", now: messageOf(text), surface: createRecordingSurface() });

test("the newest change counts until its own turn is over, whichever is over first", () => {
  const changes = createChanges();
  const [first, second] = [edited("first"), edited("second")];
  const firstOver = changes.note(here, message, first);
  const secondOver = changes.note(here, message, second);
  firstOver();
  expect(changes.newest(here, message)).toBe(second);
  secondOver();
  expect(changes.newest(here, message)).toBeUndefined();
});

test("an edit that is delivered after the deletion changes nothing", () => {
  const changes = createChanges();
  changes.note(here, message, { kind: "deleted" });
  changes.note(here, message, edited("too late"))();
  expect(changes.newest(here, message)).toEqual({ kind: "deleted" });
});

test("messages of the same name in two places never meet", () => {
  const changes = createChanges();
  changes.note(here, message, { kind: "deleted" });
  expect(changes.newest(there, message)).toBeUndefined();
});
