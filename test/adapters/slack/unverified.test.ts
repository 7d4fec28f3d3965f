import { afterEach, beforeEach, expect, test } from "vitest";
import { looksLikeBots } from "../../../adapters/slack/workspace/inbound.ts";
import type { MessageRecord, UserRecord } from "../../emulators/slack/records.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

let parley: SlackParley;
let admin: UserRecord;

beforeEach(async () => {
  parley = await startSlackParley();
  admin = parley.slack.addUser("boss", { displayName: "Boss", admin: true });
}, 60_000);

afterEach(async () => {
  const { problems } = parley.slack;
  await parley.stop();
  expect(problems).toEqual([]);
});

const answers = (root: MessageRecord) =>
  parley.slack
    .messages(parley.slack.channel, root)
    .flatMap(({ userId, text, streaming }) => (userId === parley.slack.botUserId && !streaming ? [text] : []));

async function command(text: string, by = admin): Promise<string> {
  const used = parley.slack.command({ in: parley.slack.channel, by, text });
  await parley.slack.until(() => used.responses.length > 0);
  return JSON.stringify(used.responses);
}

const unasked = "I could not ask Slack whether you may do that. Try again in a minute.";

test("overheard messages full of invented mentions take nobody's rights", async () => {
  const { slack } = parley;
  for (let message = 0; message < 6; message++) {
    const fakes = Array.from({ length: 20 }, (_, index) => `<@U0FAKE${message}X${index}>`);
    slack.say({ in: slack.channel, text: fakes.join(" ") });
  }
  await slack.until(() => slack.requests.filter(({ method }) => method === "users.info").length >= 25);
  expect(await command("persona set channel pirate")).toContain("I now speak as **Pirate**");
});

test("an admin of whom Slack does not tell is told that, and may do it when Slack tells again", async () => {
  const { slack } = parley;
  slack.fail({ method: "users.info", status: 500, times: 3 }); // one is for the bot's own name
  expect(await command("persona set workspace pirate")).toContain(unasked);
  expect(await command("persona set workspace pirate")).toContain("I now speak as **Pirate**");
});

test("whoever made a channel of which Slack does not tell is told that", async () => {
  const { slack } = parley;
  const ann = slack.addUser("ann", { displayName: "Ann" });
  slack.fail({ method: "conversations.info", status: 500, times: 2 });
  expect(await command("persona set channel pirate", ann)).toContain(unasked);
  expect(await command("persona set channel pirate", ann)).toContain("Only the creator of this channel");
});

test("a question of somebody of whom Slack does not tell is answered, and their name marked", async () => {
  const { slack, ai } = parley;
  const ann = slack.addUser("ann", { displayName: "Ann" });
  slack.fail({ method: "users.info", status: 500, times: 4 });
  const root = slack.say({ in: slack.channel, by: ann, text: `<@${slack.botUserId}> Hi` });
  await slack.until(() => answers(root).length > 0);
  expect(JSON.stringify(ai.requests[0]?.messages)).toContain(`${ann.id} (unverified)`);
});

test.each([
  [{ app_id: "A1" }, true],
  [{ bot_profile: { id: "B1" } }, true],
  [{ username: "Feed" }, true],
  [{ user: "U1", text: "Hi" }, false],
])("a message with %j looks like a bot's: %s", (marks, isBots) => {
  expect(looksLikeBots({ ts: "1.1", channel: "C1", ...marks })).toBe(isBots);
});

test("a question does not wait until Slack tells of its channel, and a command there does", async () => {
  const { slack, ai, log } = parley;
  slack.fail({ method: "conversations.info", hangMs: 60_000, times: 10 });
  const channel = slack.addChannel();
  const givenUp = () => log.text().split("a name could not be looked up in Slack").length - 1;
  slack.say({ in: channel, by: admin, text: `<@${slack.botUserId}> How are you?` });
  await slack.until(() => ai.requests.length === 1);
  expect(slack.requests.filter(({ method }) => method === "conversations.info")).toHaveLength(1);
  expect(givenUp()).toBe(0); // it is still being waited for, by nobody
  const used = slack.command({ in: slack.addChannel(), by: admin, text: "persona show" });
  await slack.until(() => used.responses.length > 0);
  expect(givenUp()).toBeGreaterThan(0);
});
