import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { threadId } from "../../../src/port/index.ts";
import type { ChannelRecord, MessageRecord } from "../../emulators/slack/records.ts";
import { type SlackParley, type SlackParleyOptions, startSlackParley } from "../../support/slack-parley.ts";

let parley: SlackParley;
const start = async (options?: SlackParleyOptions) => {
  parley = await startSlackParley(options);
};

afterEach(async () => {
  const { problems } = parley.slack;
  await parley.stop();
  expect(problems).toEqual([]);
});

const mention = (text: string) => `<@${parley.slack.botUserId}> ${text}`;
const asks = (text: string) => parley.slack.say({ in: parley.slack.channel, text: mention(text) });
/** What the bot says in a thread. */
const own = (root: MessageRecord, channel: Pick<ChannelRecord, "id"> = parley.slack.channel) =>
  parley.slack.messages(channel.id, root).filter(({ userId }) => userId === parley.slack.botUserId);
const texts = (root: MessageRecord) => own(root, { id: root.channelId }).map(({ text }) => text);
const lastPrompt = () => parley.ai.requests.at(-1)?.messages ?? [];
const prompted = () => JSON.stringify(lastPrompt());

/** Resolves when the answer stands, is over, and is stored. */
const shows = async (root: MessageRecord, text: string) => {
  const { slack, store } = parley;
  await slack.until(() =>
    own(root, { id: root.channelId }).some((one) => one.text === text && !one.streaming && one.buttons.length === 0),
  );
  const thread = threadId(`slack:${slack.team.id}:${root.channelId}:${root.ts}`);
  const stored = async () => (await store.open(thread)).turns.map((turn) => turn.text);
  await vi.waitFor(async () => expect(await stored()).toContain(text));
};

/** Whatever was done before has had its effect: a later question in the same thread has its answer. */
const passes = async (root: MessageRecord) => {
  parley.ai.replies({ text: "Still here." });
  parley.slack.say({ in: root.channelId, thread: root.ts, text: mention("Are you there?") });
  await shows(root, "Still here.");
};

/** The bot has heard all that was said, and that its requests were carried out: an answer takes longer than an event on a socket that is open. */
const confirmed = async () => {
  await vi.waitFor(() => expect(parley.slack.deliveries.every(({ ackedAt }) => ackedAt !== undefined)).toBe(true));
  for (let hop = 0; hop < 3; hop++) await (await fetch(`${parley.slack.apiUrl}auth.test`, { method: "POST" })).text();
};

/** A model that says a word and then waits. */
const hold = (...replies: readonly string[]) => {
  const gate = Promise.withResolvers<void>();
  const [first = "", ...others] = replies;
  parley.ai.replies(
    { text: first, holdAfter: { deltas: 1, until: gate.promise } },
    ...others.map((text) => ({ text })),
  );
  return gate;
};

describe("an edit", () => {
  beforeEach(() => start());

  test("that names the bot makes a new question, once, and one that does not is left alone", async () => {
    const { slack, ai } = parley;
    const forgotten = slack.say({ in: slack.channel, text: "What is 2+2?" });
    const other = slack.say({ in: slack.channel, text: "Lunch?" });
    ai.replies({ text: "Four." });
    slack.edit(other, "Lunch at one?");
    slack.edit(forgotten, mention("What is 2+2?"));
    await shows(forgotten, "Four.");
    await passes(forgotten);
    expect(ai.requests).toHaveLength(2);
    expect(texts(other)).toEqual([]);
  });

  test("that takes the mention away keeps the thread, and the answer is written anew there", async () => {
    const { slack, ai } = parley;
    ai.replies({ text: "Rome." }, { text: "Paris." });
    const question = asks("Capital of Italy?");
    await shows(question, "Rome.");
    slack.edit(question, "Capital of France?");
    await shows(question, "Paris.");
    expect(texts(question)).toEqual(["Paris."]);
  });

  test("that is delivered twice is answered once", async () => {
    const { slack, ai } = parley;
    ai.replies({ text: "Rome." }, { text: "Paris." });
    const question = asks("Capital of Italy?");
    await shows(question, "Rome.");
    slack.edit(question, mention("Capital of France?"));
    slack.edit(question, mention("Capital of France?"));
    await shows(question, "Paris.");
    await passes(question);
    expect(ai.requests).toHaveLength(3);
  });

  test("is heard where the app hears only mentions", async () => {
    await parley.stop();
    await start({ slack: { events: ["app_mention"] } });
    const { slack, ai } = parley;
    ai.replies({ text: "Rome." }, { text: "Paris." });
    const question = asks("Capital of Italy?");
    await shows(question, "Rome.");
    slack.edit(question, mention("Capital of France?"));
    await shows(question, "Paris.");
    expect(texts(question)).toEqual(["Paris."]);
  });

  test("of a command runs nothing again", async () => {
    const { slack, ai } = parley;
    const command = asks("persona pirate");
    const told = () => slack.ephemerals(slack.channel).length + own(command).length;
    await slack.until(() => told() > 0);
    slack.edit(command, mention("persona chef"));
    ai.replies({ text: "Arr." });
    const question = asks("Hello");
    await shows(question, "Arr.");
    expect(told()).toBe(1);
  });

  test("is not read into previews and the bot's own edits", async () => {
    const { slack, ai } = parley;
    ai.replies({ text: "See the page." });
    const question = asks("See https://example.org");
    await shows(question, "See the page.");
    slack.preview(question);
    await passes(question);
    expect(ai.requests).toHaveLength(2);
    expect(own(question)).toHaveLength(2);
  });
});

describe.each([
  ["streamed", true],
  ["edited", false],
])("what is deleted, where answers are %s", (_, streaming) => {
  beforeEach(() => start({ slack: { streaming } }));

  test("a question that is answered just then takes the answer with it, and leaves nothing in the memory", async () => {
    const { slack, ai } = parley;
    ai.replies({ text: "Hello." });
    const opening = asks("Hello");
    await shows(opening, "Hello.");
    const gate = hold("Half an answer to it.");
    const question = slack.say({ in: slack.channel, thread: opening.ts, text: "What is a cat?" });
    await slack.until(() => own(opening).length > 1);
    slack.delete(question);
    await slack.until(() => own(opening).length === 1);
    gate.resolve();
    await passes(opening);
    expect(prompted()).not.toMatch(/cat|Half/);
    expect(ai.requests[1]?.closed).toBe(true);
  });

  test("a question that waits is not answered", async () => {
    const { slack, ai } = parley;
    const gate = hold("First answer.");
    const question = asks("First?");
    await slack.until(() => own(question).length > 0);
    const waiting = slack.say({ in: slack.channel, thread: question.ts, text: "What is a cat?" });
    slack.delete(waiting);
    await confirmed();
    gate.resolve();
    await shows(question, "First answer.");
    await passes(question);
    expect(ai.requests).toHaveLength(2);
    expect(prompted()).not.toContain("cat");
  });

  test("a thread's root that was answered leaves the history, and its answer stays", async () => {
    const { slack, ai } = parley;
    ai.replies({ text: "Noted." });
    const question = asks("My cat is called Tom.");
    await shows(question, "Noted.");
    slack.delete(question);
    await passes(question);
    expect(prompted()).not.toContain("Tom");
    expect(lastPrompt()[2]).toEqual({ role: "assistant", content: "Noted." });
    expect(texts(question)).toEqual(["Noted.", "Still here."]);
  });

  test("an answer that is being written ends without a word, and is not written again", async () => {
    const { slack, ai } = parley;
    const gate = hold("A bad thing to say, and more of it.");
    const question = asks("Say something");
    await slack.until(() => own(question).length > 0);
    await confirmed();
    slack.delete(own(question)[0]?.ts ?? "");
    await ai.until(() => ai.requests[0]?.closed === true);
    gate.resolve();
    await passes(question);
    expect(texts(question)).toEqual(["Still here."]);
    expect(slack.ephemerals(slack.channel)).toEqual([]);
    expect(prompted()).not.toContain("bad thing");
    expect(prompted()).toContain("Your answer to this was taken away");
  });

  test("an answer that is whole is not shown to the model any more", async () => {
    const { slack, ai } = parley;
    ai.replies({ text: "A bad thing." });
    const question = asks("Say something");
    await shows(question, "A bad thing.");
    slack.delete(own(question)[0]?.ts ?? "");
    await passes(question);
    expect(ai.requests).toHaveLength(2);
    expect(prompted()).not.toContain("A bad thing");
  });
});
