import { expect, test } from "vitest";
import { createBackground } from "../../src/runtime/background.ts";
import { settled } from "../support/manual-clock.ts";
import { gate } from "../support/open-bot.ts";

const quiet = () => undefined;

test("under one name one task runs at a time, and further ones are not begun", async () => {
  const background = createBackground();
  const { opened, open } = gate();
  const begun: string[] = [];
  background.run(
    "a",
    async () => {
      begun.push("first");
      await opened;
    },
    quiet,
  );
  background.run("a", async () => void begun.push("second"), quiet);
  background.run("b", async () => void begun.push("other"), quiet);
  open();
  await background.idle();
  background.run("a", async () => void begun.push("third"), quiet);
  await background.idle();
  expect(begun).toEqual(["first", "other", "third"]);
});

test("what a task throws is told, and the next one may begin", async () => {
  const background = createBackground();
  const failures: unknown[] = [];
  const failing = new Error("no");
  for (let count = 0; count < 2; count++) {
    background.run(
      "a",
      () => Promise.reject(failing),
      (error) => failures.push(error),
    );
    await background.idle();
  }
  expect(failures).toEqual([failing, failing]);
});

test("cancelling waits for the task's end, and what it throws then is not told", async () => {
  const background = createBackground();
  const steps: string[] = [];
  background.run(
    "a",
    async (signal) => {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      await settled();
      steps.push("ended");
      throw new Error("aborted");
    },
    () => steps.push("told"),
  );
  await settled();
  await background.cancel("a");
  expect(steps).toEqual(["ended"]);
  await background.cancel("nothing");
});

test("after the end nothing is begun", async () => {
  const background = createBackground();
  let begun = 0;
  await background.stop();
  background.run("a", async () => void begun++, quiet);
  await background.idle();
  expect(begun).toBe(0);
});
