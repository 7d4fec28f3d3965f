import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AccessEntry, Mark } from "../../../src/limits/access.ts";
import { withAside } from "../../../src/reply/notices.ts";
import { sentences } from "../../../src/sentences/sentences.ts";
import type { ChannelRecord, MessageRecord, UserRecord } from "../../emulators/slack/records.ts";
import { createDayClock } from "../../support/day-clock.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

let parley: SlackParley;
let ann: UserRecord;
let bob: UserRecord;
let allow: AccessEntry[];
let deny: AccessEntry[];
const clock = createDayClock();

const start = async (limits = {}) => {
  [allow, deny] = [[], []]; // filled by the tests, once they know the ids
  parley = await startSlackParley({ clock, core: { access: { allow, deny }, limits } });
  ann = parley.slack.addUser("ann", { displayName: "Ann" });
  bob = parley.slack.addUser("bob", { displayName: "Bob" });
};

afterEach(async () => {
  const { problems } = parley.slack;
  await parley.stop();
  expect(problems).toEqual([]);
});

const named = (kind: Mark["kind"], id: string): AccessEntry => [{ kind, id }];
const refusal = withAside("", sentences.refusals.notAllowed);
const greeting = "Hello! How can I help?";
const say = (by: UserRecord, text: string, rest: object = {}) =>
  parley.slack.say({ in: parley.slack.channel, by, text: `<@${parley.slack.botUserId}> ${text}`, ...rest });
const answers = (channel: ChannelRecord, root: MessageRecord) =>
  parley.slack
    .messages(channel, root)
    .flatMap(({ userId, text, streaming }) => (userId === parley.slack.botUserId && !streaming ? [text] : []));
const whispered = (to: UserRecord, channel: ChannelRecord = parley.slack.channel) =>
  parley.slack.ephemerals(channel).flatMap(({ user, text }) => (user === to.id ? [text] : []));

async function answered(by: UserRecord, text = "Hi") {
  const root = say(by, text);
  await parley.slack.until(() => answers(parley.slack.channel, root).length > 0);
  return answers(parley.slack.channel, root)[0];
}

describe("with lists of who may talk", () => {
  beforeEach(() => start());

  test("a member who is denied is told so for their eyes alone, the others are answered", async () => {
    deny.push(named("user", ann.id));
    const root = say(ann, "Hi");
    await parley.slack.until(() => whispered(ann).length > 0);
    expect(await answered(bob)).toBe(greeting);
    expect([whispered(ann), answers(parley.slack.channel, root)]).toEqual([[refusal], []]);
    expect(parley.ai.requests).toHaveLength(1);
  });

  test("a channel's entry holds in its threads, a workspace's in direct messages", async () => {
    const { slack } = parley;
    const other = slack.addChannel({ name: "other" });
    deny.push(named("channel", other.id));
    allow.push(named("server", slack.team.id));
    const root = slack.say({ in: other, by: bob, text: "Lunch?" });
    slack.say({ in: other, by: ann, thread: root, text: `<@${slack.botUserId}> Hi` });
    await slack.until(() => whispered(ann, other).length > 0);
    const direct = slack.direct(ann);
    const said = slack.say({ in: direct, by: ann, text: "Hi" });
    await slack.until(() => answers(direct, said).includes(greeting));
  });

  test.each(["ask What is the moon?", "persona set pirate", "reset", "help"])(
    "/parley %s of somebody who is denied is refused, and the bot says nothing in the channel",
    async (text) => {
      const { slack } = parley;
      deny.push(named("user", ann.id));
      const used = slack.command({ in: slack.channel, by: ann, text });
      await slack.until(() => used.responses.length > 0);
      expect(JSON.stringify(used.responses[0])).toContain(sentences.refusals.notAllowed);
      expect([slack.messages(slack.channel), parley.ai.requests]).toEqual([[], []]);
    },
  );

  test("other apps are never answered, also one whose message does not say that it is a bot's", async () => {
    const { slack } = parley;
    const robot = slack.addUser("Robot", { bot: true });
    say(robot, "Hi");
    say(robot, "Hi", { subtype: "bot_message", asBot: true });
    say(robot, "Hi", { unmarked: true });
    expect(await answered(bob)).toBe(greeting);
    expect(parley.ai.requests).toHaveLength(1);
    // Nor is anything of it kept for the next start to hear.
    await vi.waitUntil(async () => (await parley.notes.names("inbox ")).length === 0);
  });
});
