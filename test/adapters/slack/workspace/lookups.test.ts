import { webApi } from "@slack/bolt";
import { expect, onTestFinished, test } from "vitest";
import { createLookups } from "../../../../adapters/slack/workspace/lookups.ts";
import { quiet } from "../../../emulators/slack/real-client.ts";
import { startSlack } from "../../../emulators/slack/slack-emulator.ts";
import { createManualClock } from "../../../support/manual-clock.ts";
import { recordingLog } from "../../../support/recording-log.ts";

/** The real client on the emulator, which answers everything at once; time stands still. */
async function open(enterprise: () => Promise<string | undefined> = async () => undefined) {
  const slack = await startSlack({ tiers: { "users.info": 10_000, "conversations.info": 10_000 } });
  onTestFinished(slack.stop);
  const client = new webApi.WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    logger: quiet,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  const clock = createManualClock();
  const { team, botUserId } = slack;
  const lookups = createLookups({ client, team: team.id, botUserId, enterprise, log: recordingLog(), clock });
  const asked = (id: string) =>
    slack.requests.filter(({ args }) => args["user"] === id || args["channel"] === id).length;
  /** A look that takes its time, which is let pass. */
  const waited = async <T>(look: Promise<T>): Promise<T> => {
    let done = false;
    const settled = look.finally(() => {
      done = true;
    });
    while (!done) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (slack.requests.every(({ status }) => status !== undefined)) await clock.pass(100);
    }
    return settled;
  };
  return { slack, clock, asked, waited, ...lookups };
}

const many = (count: number) => Array.from({ length: count }, (_, index) => `U0FAKE${index}`);

test("invented names, however many, leave the authors' looks alone", async () => {
  const { slack, people } = await open();
  const admin = slack.addUser("boss", { displayName: "Boss", admin: true });
  const named = await Promise.all(many(120).map(people.aside));
  expect(named.every(({ isUnverified }) => isUnverified)).toBe(true);
  expect(slack.requests.filter(({ method }) => method === "users.info")).toHaveLength(25);
  expect(await people.needed(admin.id)).toMatchObject({ name: "Boss", isAdmin: true, isStranger: false });
});

test("an id that Slack does not know is asked for once", async () => {
  const { people, asked } = await open();
  for (let time = 0; time < 5; time++) await people.aside("U0FAKE");
  const author = await people.needed("U0FAKE");
  expect(author).toEqual({ id: "U0FAKE", name: "U0FAKE", isAdmin: false, isStranger: true, isUnverified: true });
  expect(asked("U0FAKE")).toBe(1);
});

test.each([
  ["a server's failure", { status: 500 }],
  ["a limit", { status: 429, retryAfter: 1 }],
  ["Slack's own failure", { error: "internal_error" }],
])("after %s an author is asked for once more", async (_, failure) => {
  const { slack, people, waited } = await open();
  const admin = slack.addUser("boss", { displayName: "Boss", admin: true });
  slack.fail({ method: "users.info", times: 1, ...failure });
  expect(await waited(people.needed(admin.id))).toMatchObject({ name: "Boss", isAdmin: true });
});

test("whoever cannot be looked up has a stranger's rights, until Slack tells again", async () => {
  const { slack, people, channels, waited } = await open();
  const admin = slack.addUser("boss", { displayName: "Boss", admin: true });
  slack.fail({ method: "users.info", times: 2, status: 500 });
  slack.fail({ method: "conversations.info", times: 2, status: 500 });
  expect(await waited(people.needed(admin.id))).toMatchObject({ isAdmin: false, isStranger: true, isUnverified: true });
  expect(await waited(channels.needed(slack.channel.id))).toMatchObject({ creator: undefined, isUnverified: true });
  expect(await people.needed(admin.id)).toMatchObject({ isAdmin: true, isStranger: false });
  expect((await channels.needed(slack.channel.id)).isUnverified).toBeUndefined();
});

test("authors beyond the minute's share are told apart again in the next", async () => {
  const { slack, clock, people, waited } = await open();
  await Promise.all(many(70).map((id) => waited(people.needed(id))));
  const late = slack.addUser("late", { displayName: "Late" });
  expect(await waited(people.needed(late.id))).toMatchObject({ isStranger: true, isUnverified: true });
  await clock.pass(62_000);
  expect(await people.needed(late.id)).toMatchObject({ name: "Late", isStranger: false });
});

test("a person of another workspace is a stranger also where the organization cannot be asked for", async () => {
  const { slack, people } = await open(() => Promise.reject(new Error("no answer")));
  const other = slack.addTeam();
  const guest = slack.addUser("guest", { displayName: "Guest", team: other });
  const own = slack.addUser("ann", { displayName: "Ann" });
  expect(await people.needed(guest.id)).toMatchObject({ name: "Guest", isStranger: true });
  expect(await people.needed(own.id)).toMatchObject({ name: "Ann", isStranger: false });
});

test("nobody waits for a channel's name: until Slack tells, it is unknown, and later what was told last", async () => {
  const { slack, clock, channels, waited } = await open();
  const { id, name } = slack.channel;
  expect(await channels.beside(id)).toMatchObject({ name: undefined, isUnverified: true });
  expect(await waited(channels.needed(id))).toMatchObject({ name });
  await clock.pass(3_600_000);
  slack.fail({ method: "conversations.info", hangMs: 60_000 });
  expect(await channels.beside(id)).toMatchObject({ name });
});

test("two questions in a channel of which Slack does not tell fail at neither", async () => {
  const { slack, channels } = await open();
  slack.fail({ method: "conversations.info", error: "token_revoked", times: 4 });
  const both = [channels.beside(slack.channel.id), channels.beside(slack.channel.id)];
  expect(await Promise.all(both)).toMatchObject([{ isUnverified: true }, { isUnverified: true }]);
});
