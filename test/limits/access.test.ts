import { describe, expect, test } from "vitest";
import { type AccessEntry, type AccessRules, isAllowed, toAccessEntry } from "../../src/limits/access.ts";
import { type Author, channelId, type Place, serverId, threadId, userId } from "../../src/port/index.ts";
import { directPlace, placeOf } from "../support/build-event.ts";

const list = (text: string): readonly AccessEntry[] =>
  text === "" ? [] : text.split(",").map((one) => toAccessEntry(one) ?? expect.fail(`not an entry: ${one}`));
const rules = (allow: string, deny: string): AccessRules => ({ allow: list(allow), deny: list(deny) });

const ann: Author = { id: userId("discord:1"), name: "Ann" };
const inChannel: Place = placeOf({
  kind: "channel",
  server: serverId("discord:10"),
  channel: channelId("discord:20"),
  thread: threadId("discord:20"),
  roles: ["10", "30", "31"],
});
const inThread: Place = { ...inChannel, kind: "thread", thread: threadId("discord:21") };
const direct: Place = directPlace({ channel: channelId("discord:22"), thread: threadId("discord:22") });
const slackThread: Place = placeOf({
  server: serverId("slack:T1"),
  channel: channelId("slack:T1:C1"),
  thread: threadId("slack:T1:C1:1700.01"),
});
const slackDirect: Place = { ...slackThread, kind: "direct", channel: channelId("slack:T1:D1") };
const places = { inChannel, inThread, direct };

describe("who may talk", () => {
  test.each([
    // ALLOW, DENY, then: in a channel, in its thread, in a direct message
    ["", "", true, true, true],
    ["user:1", "", true, true, true],
    ["user:2", "", false, false, false],
    ["server:10", "", true, true, false],
    ["server:11", "", false, false, false],
    ["channel:20", "", true, true, false],
    ["channel:21", "", false, true, false],
    ["channel:22", "", false, false, true],
    ["role:30", "", true, true, false],
    ["role:32", "", false, false, false],
    ["role:32,user:2,channel:20", "", true, true, false],
    ["role:30+channel:20", "", true, true, false],
    ["role:30+channel:21", "", false, true, false],
    ["role:30+channel:29", "", false, false, false],
    ["role:30+role:32", "", false, false, false],
    ["", "user:1", false, false, false],
    ["", "server:10", false, false, true],
    ["", "channel:20", false, false, true],
    ["", "channel:21", true, false, true],
    ["", "role:31", false, false, true],
    ["", "role:31+channel:29", true, true, true],
    ["user:1", "user:1", false, false, false],
    ["user:1", "role:31", false, false, true],
    ["server:10", "user:2", true, true, false],
  ])("with ALLOW=%s and DENY=%s", (allow, deny, ...expected) => {
    const seen = Object.values(places).map((place) => isAllowed({ place, author: ann }, rules(allow, deny)));
    expect(seen).toEqual(expected);
  });

  test.each([
    ["server:T1", true, true],
    ["channel:C1", true, false],
    ["user:U1", true, true],
    ["server:T2", false, false],
    // a role is nothing that Slack has
    ["role:U1", false, false],
  ])("on Slack with ALLOW=%s: in a thread %s, in a direct message %s", (allow, ...expected) => {
    const author: Author = { id: userId("slack:U1"), name: "Ann" };
    expect([slackThread, slackDirect].map((place) => isAllowed({ place, author }, rules(allow, "")))).toEqual(expected);
  });

  test("is everybody where no rules are given", () => {
    expect(isAllowed({ place: inChannel, author: ann })).toBe(true);
  });
});

test.each([
  ["user:1", [{ kind: "user", id: "1" }]],
  [
    " role:30 + channel:C0AB ",
    [
      { kind: "role", id: "30" },
      { kind: "channel", id: "C0AB" },
    ],
  ],
])("%s is an entry", (text, entry) => expect(toAccessEntry(text)).toEqual(entry));

test.each(["", "1", "user", "user:", ":1", "guild:1", "users:1", "user:1+", "user:1 2", "user:<@1>", "user:a:b"])(
  "“%s” is no entry",
  (text) => expect(toAccessEntry(text)).toBeUndefined(),
);
