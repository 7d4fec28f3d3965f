import { expect, test } from "vitest";
import { admitToBacklog, type Load } from "../../src/limits/backlog.ts";

const load = (running: number, waiting: number, waitingHere: number): Load => ({ running, waiting, waitingHere });

test.each([
  [load(0, 0, 0), { kind: "run" }],
  [load(2, 19, 49), { kind: "run" }],
  [load(3, 0, 0), { kind: "wait" }],
  [load(3, 19, 49), { kind: "wait" }],
  [load(400, 0, 0), { kind: "wait" }],
  [load(0, 20, 0), { kind: "refuse", reason: "person" }],
  [load(3, 20, 0), { kind: "refuse", reason: "person" }],
  [load(0, 0, 50), { kind: "refuse", reason: "place" }],
  [load(3, 19, 50), { kind: "refuse", reason: "place" }],
  [load(3, 20, 50), { kind: "refuse", reason: "person" }],
] as const)("%j: %j", (given, admission) => {
  expect(admitToBacklog(given)).toEqual(admission);
});
