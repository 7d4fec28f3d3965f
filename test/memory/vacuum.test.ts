import { expect, test } from "vitest";
import { createVacuum } from "../../src/memory/vacuum.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { recordingLog } from "../support/recording-log.ts";

function open(purge: () => Promise<void> = async () => undefined) {
  const clock = createManualClock();
  const log = recordingLog();
  let runs = 0;
  const counting = () => {
    runs++;
    return purge();
  };
  return { purging: createVacuum(counting, clock, log), clock, log, runs: () => runs };
}

test("the file is cleaned at once, and again once a minute at the most, however often something is deleted", async () => {
  const { purging, clock, runs } = open();
  await purging.clean();
  expect(runs()).toBe(1);
  for (let time = 0; time < 20; time++) await purging.clean();
  expect(runs()).toBe(1);
  await clock.pass(60_000);
  expect(runs()).toBe(2);
  await clock.pass(600_000);
  expect(runs()).toBe(2);
});

test("a file that cannot be cleaned is named in the log and tried again with the next deletion", async () => {
  const { purging, clock, log, runs } = open(() => Promise.reject(new Error("the disk is full")));
  await purging.clean();
  expect(log.text()).toContain("free pages of the store's file");
  await clock.pass(60_000);
  await purging.clean();
  expect(runs()).toBe(2);
});
