import { expect, test } from "vitest";
import { remember } from "../../../adapters/slack/workspace/recent.ts";
import { createWorkspaces } from "../../../adapters/slack/workspace/workspaces.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { recordingLog } from "../../support/recording-log.ts";

const authorization = (team: string) => ({ team, token: `xoxb-${team}`, botUserId: "U1", botId: undefined });

test("of very many workspaces those that are used stay at hand", () => {
  const workspaces = createWorkspaces({
    apiUrl: "http://127.0.0.1:9/",
    log: recordingLog(),
    clock: createManualClock(),
  });
  const [busy, idle] = [workspaces.of(authorization("TBUSY")), workspaces.of(authorization("TIDLE"))];
  for (let count = 0; count < 600; count++) {
    workspaces.of(authorization(`T${count}`));
    expect(workspaces.of(authorization("TBUSY"))).toBe(busy);
  }
  expect(workspaces.of(authorization("TIDLE"))).not.toBe(idle);
});

test("the newest ids are remembered, and what is heard again is new", () => {
  const ids = new Set<string>();
  for (let count = 0; count < 3_000; count++) {
    remember(ids, `id ${count}`);
    remember(ids, "again");
  }
  expect([ids.size, ids.has("again"), ids.has("id 2999"), ids.has("id 5")]).toEqual([1_000, true, true, false]);
});
