import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { botEvents, botScopes } from "../../../../adapters/slack/app/manifest.ts";
import { payload } from "../../../../adapters/slack/workspace/format.ts";
import type { Place } from "../../../../src/port/index.ts";
import type { ChannelRecord, MessageRecord, UserRecord, ViewRecord } from "../../../emulators/slack/records.ts";
import { startSlack } from "../../../emulators/slack/slack-emulator.ts";
import { type SlackParley, startSlackParley } from "../../../support/slack-parley.ts";

// What the manifest asks for, and not a right more.
const rights = { scopes: botScopes.map(({ scope }) => scope), events: botEvents };

let parley: SlackParley;
let ann: UserRecord;
let admin: UserRecord;
beforeEach(async () => {
  parley = await startSlackParley({ slack: rights });
  ann = parley.slack.addUser("ann", { displayName: "Ann" });
  admin = parley.slack.addUser("boss", { displayName: "Boss", admin: true });
});
afterEach(async () => {
  const { problems, interactions } = parley.slack;
  await parley.stop();
  expect(problems).toEqual([]);
  for (const { ackedAt = Number.POSITIVE_INFINITY, at } of interactions) expect(ackedAt - at).toBeLessThan(3_000);
});

const own = ({ userId }: MessageRecord) => userId === parley.slack.botUserId;
const isDone = (one: MessageRecord) =>
  !one.streaming && !one.text.includes("▌") && one.buttons.every(({ actionId }) => actionId !== "stop");
const answersIn = (channel: ChannelRecord, root: MessageRecord) => parley.slack.messages(channel, root).filter(own);
const firstIn = (channel: ChannelRecord, root: MessageRecord) => answersIn(channel, root)[0] as MessageRecord;
const textsIn = (channel: ChannelRecord, root: MessageRecord) => answersIn(channel, root).map(({ text }) => text);
const answered = (channel: ChannelRecord, root: MessageRecord, count = 1) =>
  parley.slack.until(() => answersIn(channel, root).length >= count && answersIn(channel, root).every(isDone));
const system = () => parley.ai.requests.at(-1)?.messages[0]?.content ?? "";
const lastAsked = () => parley.ai.requests.at(-1)?.messages.at(-1)?.content ?? "";
const privately = (channel: ChannelRecord, by = ann) =>
  parley.slack.ephemerals(channel).flatMap(({ user, text }) => (user === by.id ? [text] : []));

/** Mentions the bot and waits until the answer is whole. */
async function ask(text: string, place: { readonly in?: ChannelRecord; readonly thread?: MessageRecord } = {}) {
  const { slack } = parley;
  const channel = place.in ?? slack.channel;
  const thread = place.thread === undefined ? {} : { thread: place.thread };
  const before = place.thread === undefined ? 0 : answersIn(channel, place.thread).length;
  const said = slack.say({ in: channel, by: ann, text: `<@${slack.botUserId}> ${text}`, ...thread });
  await answered(channel, place.thread ?? said, before + 1);
  return said;
}

type Use = { readonly in?: ChannelRecord; readonly by?: UserRecord };

/** Uses the slash command and waits for what it says, to one or to all. */
async function use(text: string, { in: channel = parley.slack.channel, by = ann }: Use = {}) {
  const record = parley.slack.command({ in: channel, by, text });
  await parley.slack.until(() => record.responses.length > 0);
  return record.responses.map(toShown)[0] as ReturnType<typeof toShown>;
}

function toShown(response: Readonly<Record<string, unknown>>) {
  const [block] = response["blocks"] as readonly { readonly text: string }[];
  return { to: response["response_type"], text: block?.text ?? "" };
}

/** An answer that has begun and goes on when `finish` is called. */
function held(first = "One ", rest = "two.") {
  const gate = Promise.withResolvers<void>();
  onTestFinished(() => gate.resolve());
  parley.ai.replies({ text: [first, rest], holdAfter: { deltas: 1, until: gate.promise } });
  return { finish: gate.resolve };
}

async function begun(channel: ChannelRecord, root: MessageRecord): Promise<MessageRecord> {
  await parley.slack.until(() => answersIn(channel, root).some(({ text }) => text.startsWith("One")));
  return answersIn(channel, root).at(-1) as MessageRecord;
}

const onlyChannel = "Only the creator of this channel and the workspace's admins can";
const onlyAdmins = "Only the workspace's admins can";
const inThread = "Inside a thread, use the same command for that thread only.";

describe("in a channel, /parley", () => {
  test.each([
    ["help", "I'm **parley**, and I speak as **Assistant** here."],
    ["", "I'm **parley**, and I speak as **Assistant** here."],
    ["persona", "I speak as **Assistant** (the default)."],
    ["persona list", "- `pirate`"],
    ["stop", "I'm not writing anything here."],
    [
      "nonsense",
      "I don't know that command. To ask me something: `/parley ask What is …?` The commands are:\n- `/parley ask [question]`",
    ],
    ["What is the moon?", "To ask me something: `/parley ask What is …?`"],
    ["reset my password", "I don't know that command."],
    ["persona set nobody", "There is no persona called “nobody”"],
    ["persona set pirate", `${onlyChannel} change the persona for this channel. ${inThread}`],
    ["persona set workspace pirate", `${onlyAdmins} change the persona for this workspace. ${inThread}`],
    ["persona reset", `${onlyChannel} change the persona for this channel. ${inThread}`],
    ["persona set thread pirate", "This is not a thread."],
    ["reset", `${onlyChannel} clear the memory of all threads in this channel. ${inThread}`],
    ["ask", "To ask me something"],
  ])("%s is answered to the person alone: %s", async (typed, sentence) => {
    const { to, text } = await use(typed);
    expect([to, text.includes(sentence) ? sentence : text]).toEqual(["ephemeral", sentence]);
    expect(parley.slack.messages(parley.slack.channel)).toEqual([]);
    expect(parley.ai.requests).toEqual([]);
  });

  test("persona set is told to the person alone, and the next thread speaks so until it is reset", async () => {
    expect(await use("persona set pirate", { by: admin })).toEqual({
      to: "ephemeral",
      text: "In this channel I now speak as **Pirate**.",
    });
    expect(parley.slack.messages(parley.slack.channel)).toEqual([]);
    await ask("Hello");
    expect(system()).toContain("pirate captain");
    expect((await use("persona show")).text).toContain("Pirate");
    expect((await use("persona reset", { by: admin })).to).toBe("ephemeral");
    await ask("Hello");
    expect(system()).not.toContain("pirate captain");
  });

  test("persona set workspace reaches other channels", async () => {
    const { slack } = parley;
    await use("persona set workspace: You are a &lt;chef&gt; of &amp;amp;", { by: admin });
    await ask("Hello", { in: slack.addChannel({ name: "elsewhere" }) });
    expect(system()).toContain("You are a <chef> of &amp;");
  });

  test("ask posts the question and answers in its thread, which is then followed", async () => {
    const { slack, ai } = parley;
    ai.replies({ text: "A moon." }, { text: "Luna." });
    slack.command({ in: slack.channel, by: ann, text: "ask What circles the &lt;!here&gt; earth &amp; <!channel>?" });
    await slack.until(() => slack.messages(slack.channel).length > 0);
    const question = slack.messages(slack.channel)[0] as MessageRecord;
    expect(question.text).toBe("Ann asks:\n> What circles the <!here> earth & <!channel>?");
    expect(question.states[0]?.pings).toEqual({ users: [], channels: [], groups: [] });
    await answered(slack.channel, question);
    expect(lastAsked()).toBe('<message from="Ann">\nWhat circles the <!here> earth & <!channel>?\n</message>');
    slack.say({ in: slack.channel, by: ann, thread: question, text: "Its name?" });
    await answered(slack.channel, question, 2);
    expect(textsIn(slack.channel, question)).toEqual(["A moon.", "Luna."]);
    expect(JSON.stringify(ai.requests.at(-1)?.messages)).toContain("A moon.");
    expect(slack.requests.filter(({ method }) => method === "conversations.replies")).toEqual([]);
  });

  test("ask in a channel that is archived says where else to ask", async () => {
    const channel = parley.slack.addChannel({ name: "old", archived: true });
    const { to, text } = await use("ask What is …?", { in: channel });
    expect([to, text]).toEqual(["ephemeral", expect.stringContaining("Try it in another channel")]);
  });

  test("help comes another way where the command's own address is dead", async () => {
    const { slack } = parley;
    slack.fail({ method: "response_url", status: 404 });
    slack.command({ in: slack.channel, by: ann, text: "help" });
    await slack.until(() => privately(slack.channel).length > 0);
    expect(privately(slack.channel)[0]).toContain("speak as **Assistant**");
  });

  test("ask takes a question that has a command's name", async () => {
    parley.slack.command({ in: parley.slack.channel, by: ann, text: "ask help" });
    await parley.ai.until(() => parley.ai.requests.length === 1);
    expect(lastAsked()).toContain("help");
  });

  test("stop ends every answer that is being written in the channel, and none elsewhere", async () => {
    const { slack } = parley;
    const other = slack.addChannel({ name: "other" });
    const { finish } = held();
    const say = (channel: ChannelRecord) => slack.say({ in: channel, by: ann, text: `<@${slack.botUserId}> Count` });
    const [one, two] = [say(slack.channel), say(slack.channel)];
    await begun(slack.channel, one);
    await begun(slack.channel, two);
    const three = say(other);
    await begun(other, three);
    expect(await use("stop")).toMatchObject({ to: "ephemeral", text: "Stopped." });
    await answered(slack.channel, one);
    await answered(slack.channel, two);
    for (const root of [one, two]) expect(textsIn(slack.channel, root)[0]).toContain("Stopped.");
    finish();
    await answered(other, three);
    expect(textsIn(other, three)).toEqual(["One two."]);
  });

  test("reset by an admin makes all threads of the channel forget, told to them alone", async () => {
    const { slack, ai } = parley;
    const other = slack.addChannel({ name: "other" });
    const [one, two] = [await ask("My name is Zoe"), await ask("My name is Yann")];
    const kept = await ask("My name is Xenia", { in: other });
    expect(await use("reset", { by: admin })).toEqual({
      to: "ephemeral",
      text: expect.stringContaining("Memory cleared in this channel and in all threads there"),
    });
    for (const root of [one, two]) {
      await ask("What is my name?", { thread: root });
      const asked = JSON.stringify(ai.requests.at(-1)?.messages);
      expect(asked).toContain("What is my name?");
      expect(asked).not.toMatch(/Zoe|Yann/);
    }
    await ask("What is my name?", { in: other, thread: kept });
    expect(JSON.stringify(ai.requests.at(-1)?.messages)).toContain("Xenia");
  });
});

test("reset by an admin ends every answer that is being written in the channel, and none elsewhere", async () => {
  const { slack } = parley;
  const other = slack.addChannel({ name: "other" });
  const { finish } = held();
  const say = (channel: ChannelRecord) => slack.say({ in: channel, by: ann, text: `<@${slack.botUserId}> Count` });
  const [one, two, three] = [say(slack.channel), say(slack.channel), say(other)];
  await begun(slack.channel, one);
  await begun(slack.channel, two);
  await begun(other, three);
  expect((await use("reset", { by: admin })).text).toContain("Memory cleared in this channel and in all threads there");
  await answered(slack.channel, one);
  await answered(slack.channel, two);
  for (const root of [one, two])
    expect(textsIn(slack.channel, root)).toEqual([expect.stringContaining("Stopped, because the memory was cleared.")]);
  finish();
  await answered(other, three);
  expect(textsIn(other, three)).toEqual(["One two."]);
});

describe("in a direct message, /parley", () => {
  test("persona set reaches every message that follows, a thread is none there, and it can be reset", async () => {
    const { slack } = parley;
    const direct = slack.direct(ann);
    expect((await use("persona set pirate", { in: direct })).text).toContain("I now speak as **Pirate**");
    const say = async (text: string) => {
      const said = slack.say({ in: direct, by: ann, text });
      await answered(direct, said);
    };
    await say("Who are you?");
    expect(system()).toContain("pirate captain");
    expect((await use("persona set thread teacher", { in: direct })).text).toContain("This is not a thread.");
    await say("And now?");
    expect(system()).toContain("pirate captain");
    await use("persona reset", { in: direct });
    await say("And now?");
    expect(system()).not.toContain("pirate captain");
  });

  test("ask, stop, reset and help work", async () => {
    const { slack, ai } = parley;
    const direct = slack.direct(ann);
    slack.command({ in: direct, by: ann, text: "ask My name is Zoe" });
    await slack.until(() => slack.messages(direct).length > 0);
    const question = slack.messages(direct)[0] as MessageRecord;
    await answered(direct, question);
    await vi.waitFor(async () =>
      expect((await use("stop", { in: direct })).text).toBe("I'm not writing anything here."),
    );
    expect((await use("help", { in: direct })).text).toContain("Ask me anything");
    expect((await use("reset", { in: direct })).text).toContain("Memory cleared");
    slack.say({ in: direct, by: ann, thread: question, text: "What is my name?" });
    await answered(direct, question, 2);
    expect(JSON.stringify(ai.requests.at(-1)?.messages)).not.toContain("Zoe");
  });
});

test("a persona chosen in a thread of the direct messages speaks in that thread alone", async () => {
  const { slack } = parley;
  const direct = slack.direct(ann);
  const root = slack.say({ in: direct, by: ann, text: "Hello" });
  await answered(direct, root);
  slack.say({ in: direct, by: ann, thread: root, text: "persona teacher" });
  await slack.until(() => textsIn(direct, root)[1] === "In this conversation I now speak as **Teacher**.");
  slack.say({ in: direct, by: ann, thread: root, text: "And now?" });
  await answered(direct, root, 3);
  expect(system()).toContain("patient teacher");
  await answered(direct, slack.say({ in: direct, by: ann, text: "And here?" }));
  expect(system()).not.toContain("patient teacher");
});

describe("where the bot is no member, /parley", () => {
  const far = (kind: "channel" | "private" = "channel") =>
    parley.slack.addChannel({ name: "far", joined: false, kind });

  test.each(["channel", "private"] as const)("ask in a %s says to invite it", async (kind) => {
    const channel = far(kind);
    const { to, text } = await use("ask What is …?", { in: channel });
    expect([to, text]).toEqual(["ephemeral", expect.stringContaining("`/invite @parley`")]);
    expect(parley.ai.requests).toEqual([]);
  });

  test.each(["channel", "private"] as const)("the other commands work in a %s", async (kind) => {
    const channel = far(kind);
    expect((await use("help", { in: channel })).to).toBe("ephemeral");
    expect(await use("persona set pirate", { in: channel, by: admin })).toMatchObject({ to: "ephemeral" });
    expect((await use("persona show", { in: channel })).text).toContain("Pirate");
    expect((await use("reset", { in: channel, by: admin })).to).toBe("ephemeral");
    expect(parley.slack.messages(channel)).toEqual([]);
  });
});

describe("the message shortcut", () => {
  const about = (on: MessageRecord, callbackId = "ask-about") => parley.slack.shortcut({ on, by: ann, callbackId });
  const ben = () => parley.slack.addUser("ben", { displayName: "Ben" });

  test("“Ask Parley about this” answers what the message asks, in its thread", async () => {
    const { slack } = parley;
    const message = slack.say({ in: slack.channel, by: ben(), text: "Is water &lt;wet&gt;?" });
    about(message);
    await answered(slack.channel, message);
    expect(textsIn(slack.channel, message)).toEqual(["Hello! How can I help?"]);
    expect(lastAsked()).toContain('<quote from="Ben">\nIs water <wet>?\n</quote>');
    slack.say({ in: slack.channel, by: ann, thread: message, text: "Why?" });
    await answered(slack.channel, message, 2);
  });

  test("in a thread, it names the message above the answer", async () => {
    const { slack } = parley;
    const root = slack.say({ in: slack.channel, by: ann, text: "Water" });
    const reply = slack.say({ in: slack.channel, by: ben(), thread: root, text: "Is it wet?" });
    about(reply);
    await answered(slack.channel, root);
    expect(textsIn(slack.channel, root)[0]).toMatch(/^> Ben: Is it wet\?\n\n/);
  });

  test("reads the file that a message is", async () => {
    const { slack } = parley;
    const root = slack.say({ in: slack.channel, by: ann, text: "Look" });
    const files = [{ name: "story.txt", content: "A long story.", mimetype: "text/plain" }];
    const message = slack.say({ in: slack.channel, by: ben(), thread: root, text: "", files });
    about(message);
    await answered(slack.channel, root);
    expect(lastAsked()).toContain("A long story.");
    expect(textsIn(slack.channel, root)[0]).toMatch(/^> Ben: story\.txt\n\n/);
  });

  test("reads what another bot says, and its own answers", async () => {
    const { slack } = parley;
    const alert = slack.say({ in: slack.channel, asBot: true, text: "Disk is full" });
    about(alert);
    await answered(slack.channel, alert);
    expect(lastAsked()).toContain("Disk is full");
    about(firstIn(slack.channel, alert));
    await answered(slack.channel, alert, 2);
    expect(lastAsked()).toContain('<quote from="you">\nHello! How can I help?');
  });

  test("on a message without a word or a file says so to the person alone", async () => {
    const { slack, ai } = parley;
    about(slack.say({ in: slack.channel, by: ben(), text: "" }));
    await slack.until(() => privately(slack.channel).length > 0);
    expect(privately(slack.channel)).toEqual(["I found nothing to read in that message."]);
    expect(ai.requests).toEqual([]);
  });

  test.each([
    ["channel", "ask-about"],
    ["private", "ask-about"],
    ["channel", "reset-thread"],
  ] as const)("in a %s where the bot is no member, %s tells the person to invite it", async (kind, callbackId) => {
    const { slack, ai } = parley;
    const channel = slack.addChannel({ name: "far", joined: false, kind });
    about(slack.say({ in: channel, by: ben(), text: "Is water wet?" }), callbackId);
    await slack.until(() => privately(channel).length > 0);
    expect(privately(channel)[0]).toContain("`/invite @parley`");
    expect(ai.requests).toEqual([]);
  });

  test("in a direct message and in a group message answers there", async () => {
    const { slack } = parley;
    for (const channel of [slack.direct(ann), slack.addChannel({ kind: "mpim" })]) {
      const message = slack.say({ in: channel, by: ann, text: "Is water wet?", silent: true });
      about(message);
      await answered(channel, message);
      expect(lastAsked()).toContain("Is water wet?");
    }
  });

  test("“Reset this thread” makes that thread forget, and stops what is being written", async () => {
    const { slack, ai } = parley;
    const root = await ask("My name is Zoe");
    held();
    slack.say({ in: slack.channel, by: ann, thread: root, text: "Count" });
    await slack.until(() => textsIn(slack.channel, root).some((text) => text.startsWith("One")));
    about(firstIn(slack.channel, root), "reset-thread");
    await slack.until(() => textsIn(slack.channel, root).some((text) => text.startsWith("Memory cleared")));
    ai.replies({ text: "I do not know." });
    await ask("What is my name?", { thread: root });
    expect(JSON.stringify(ai.requests.at(-1)?.messages)).not.toContain("Zoe");
  });
});

describe("the Stop button", () => {
  test("stands while the answer is written, ends it, and leaves with it", async () => {
    const { slack } = parley;
    held();
    const root = slack.say({ in: slack.channel, by: ann, text: `<@${slack.botUserId}> Count` });
    const answer = await begun(slack.channel, root);
    expect(answer.buttons.map(({ actionId }) => actionId)).toEqual(["stop"]);
    slack.press({ on: answer, by: admin, actionId: "stop" });
    await answered(slack.channel, root);
    expect(textsIn(slack.channel, root)).toEqual([expect.stringMatching(/^One.*Stopped\./s)]);
    expect(answersIn(slack.channel, root)[0]?.buttons.map(({ actionId }) => actionId)).toEqual(["go-on"]);
    expect(slack.ephemerals(slack.channel)).toEqual([]);
  });

  test("is Slack's own in a direct message", async () => {
    const { slack } = parley;
    held();
    const direct = slack.direct(ann);
    const root = slack.say({ in: direct, by: ann, text: "Count" });
    const answer = await begun(direct, root);
    expect(answer.buttons).toEqual([]);
    slack.stopSession({ channel: direct, thread: root, by: ann });
    await slack.until(() => textsIn(direct, root)[0]?.includes("Stopped.") === true);
    expect(textsIn(direct, root)).toHaveLength(1);
  });

  test("Slack's own says nothing where nothing is being written", async () => {
    const { slack } = parley;
    const direct = slack.direct(ann);
    for (const channel of [direct, slack.channel]) {
      const root = slack.say({ in: channel, by: ann, text: `<@${slack.botUserId}> Hello` });
      await answered(channel, root);
      await vi.waitFor(async () => expect((await use("stop", { in: channel })).text).toContain("not writing anything"));
      const before = privately(channel).length;
      slack.stopSession({ channel, thread: root, by: ann });
      await slack.until(() => slack.deliveries.at(-1)?.ackedAt !== undefined);
      const next = slack.say({ in: channel, by: ann, thread: root, text: "And now?" });
      await answered(channel, root, 2);
      expect(slack.messages(channel, root).map(({ text }) => text)).toEqual([
        "Hello! How can I help?",
        next.text,
        "Hello! How can I help?",
      ]);
      expect(privately(channel)).toHaveLength(before);
    }
  });

  test.each([
    ["refused by Slack, as it refuses apps that are no agents", { error: "feature_not_enabled" }, ["stop"]],
    ["failed by accident", { status: 503 }, []],
    ["made to wait", { retryAfter: 30 }, []],
  ])("is the bot's own in a direct message where a session was %s", async (_, failure, buttons) => {
    const { slack } = parley;
    const direct = slack.direct(ann);
    slack.fail({ method: "agents.sessions.setStatus", ...failure, times: 99 });
    await answered(direct, slack.say({ in: direct, by: ann, text: "Hello" }));
    const { finish } = held();
    const root = slack.say({ in: direct, by: ann, text: "Count" });
    const answer = await begun(direct, root);
    expect(answer.buttons.map(({ actionId }) => actionId)).toEqual(buttons);
    if (buttons.length > 0) slack.press({ on: answer, by: ann, actionId: "stop" });
    else finish();
    await answered(direct, root);
    expect(textsIn(direct, root)).toEqual([buttons.length > 0 ? expect.stringContaining("Stopped.") : "One two."]);
  });

  test("is Slack's own again once Slack has taken a session", async () => {
    const { slack } = parley;
    const direct = slack.direct(ann);
    slack.fail({ method: "agents.sessions.setStatus", error: "feature_not_enabled", times: 2 });
    for (const text of ["Hello", "Hello again"]) await answered(direct, slack.say({ in: direct, by: ann, text }));
    const { finish } = held();
    const root = slack.say({ in: direct, by: ann, text: "Count" });
    expect((await begun(direct, root)).buttons).toEqual([]);
    finish();
    await answered(direct, root);
  });

  test("stands below an answer that cannot be streamed, in a direct message too", async () => {
    const { slack } = parley;
    slack.fail({ method: "chat.startStream", error: "feature_not_enabled" });
    const { finish } = held();
    const direct = slack.direct(ann);
    const root = slack.say({ in: direct, by: ann, text: "Count" });
    const answer = await begun(direct, root);
    expect(answer.buttons.map(({ actionId }) => actionId)).toEqual(["stop"]);
    finish();
    await answered(direct, root);
  });
});

describe("the Go on button", () => {
  async function cut() {
    const { slack, ai } = parley;
    ai.replies({ text: "One, two,", finish: "length" }, { text: "three." });
    const root = await ask("Count");
    const answer = firstIn(slack.channel, root);
    expect(answer.buttons.map(({ actionId }) => actionId)).toEqual(["go-on"]);
    return { root, answer };
  }

  test("goes on once, however often it is pressed, and disappears", async () => {
    const { slack, ai } = parley;
    const { root, answer } = await cut();
    const before = answer.text;
    slack.press({ on: answer, by: ann, actionId: "go-on" });
    slack.press({ on: answer, by: admin, actionId: "go-on" });
    await answered(slack.channel, root, 2);
    expect(textsIn(slack.channel, root)).toEqual([before, "> Go on.\n\nthree."]);
    await slack.until(() => answersIn(slack.channel, root).every(({ buttons }) => buttons.length === 0));
    slack.say({ in: slack.channel, by: ann, thread: root, text: "Done?" });
    // It takes its turn after whatever was pressed before.
    await ai.until(() => lastAsked().includes("Done?"));
    expect(ai.requests).toHaveLength(3);
  });

  test("goes on where it cannot be taken away", async () => {
    const { slack } = parley;
    const { root, answer } = await cut();
    slack.fail({ method: "chat.update", error: "cant_update_message" });
    slack.press({ on: answer, by: ann, actionId: "go-on" });
    await answered(slack.channel, root, 2);
    expect(textsIn(slack.channel, root)[1]).toContain("three.");
  });
});

test("by HTTP a command, a button, a shortcut and a form work as by socket", async () => {
  await parley.stop();
  const slack = await startSlack({ ...rights, mode: "http" });
  const port = 41_000 + (process.pid % 8_000);
  const { signingSecret } = slack;
  const delivery = { kind: "http", signingSecret, host: "127.0.0.1", port } as const;
  const back = await startSlackParley({ at: slack, adapter: { delivery } });
  parley = back;
  slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  ann = slack.addUser("ann", { displayName: "Ann", admin: true });
  expect((await use("help")).to).toBe("ephemeral");

  parley.ai.replies({ text: "One, two,", finish: "length" }, { text: "three." });
  const root = slack.say({ in: slack.channel, by: ann, text: "Count" });
  slack.shortcut({ on: root, by: ann, callbackId: "ask-about" });
  await answered(slack.channel, root);
  slack.press({ on: firstIn(slack.channel, root), by: ann, actionId: "go-on" });
  await answered(slack.channel, root, 2);

  slack.command({ in: slack.channel, by: ann, text: "persona set" });
  await slack.until(() => slack.views.length > 0);
  const view = slack.views[0] as ViewRecord;
  slack.submit({ view, by: ann, values: {} });
  await slack.until(() => Object.keys(view.errors).length > 0);
  slack.submit({ view, by: ann, values: { preset: { value: "pirate" } } });
  await slack.until(() => privately(slack.channel).includes("In this channel I now speak as **Pirate**."));
});

describe("after a restart, an old", () => {
  const place = ({ ts }: MessageRecord) =>
    ({ thread: `slack:${parley.slack.team.id}:${parley.slack.channel.id}:${ts}` }) as Place;

  /** Says something as the bot, past it. */
  async function post({ channelId: channel, ts }: MessageRecord, content: object): Promise<string> {
    const { apiUrl, botToken } = parley.slack;
    const answer = await fetch(`${apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { authorization: `Bearer ${botToken}`, "content-type": "application/json" },
      body: JSON.stringify({ channel, thread_ts: ts, ...content }),
    });
    return ((await answer.json()) as { readonly ts: string }).ts;
  }

  async function restart(): Promise<void> {
    const { slack } = parley;
    await parley.leave();
    const back = await startSlackParley({ at: slack, storeUrl });
    parley = back;
    await slack.ready();
  }

  let storeUrl: string;
  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), "parley-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    storeUrl = `sqlite://${join(folder, "store.sqlite")}`;
    await restart();
  });

  test("Go on button goes on", async () => {
    const { slack } = parley;
    parley.ai.replies({ text: "One, two,", finish: "length" });
    const root = await ask("Count");
    await restart();
    slack.press({ on: firstIn(slack.channel, root), by: ann, actionId: "go-on" });
    await answered(slack.channel, root, 2);
    expect(JSON.stringify(parley.ai.requests[0]?.messages)).toContain("One, two,");
  });

  test("Stop button, left by a crash, finds nothing to stop", async () => {
    const { slack } = parley;
    const root = slack.say({ in: slack.channel, by: ann, text: "Hello" });
    const left = await post(
      root,
      payload({ markdown: "Hel ▌", controls: [{ command: "stop", label: "Stop" }] }, place(root)),
    );
    slack.press({ on: left, by: ann, actionId: "stop" });
    await slack.until(() => privately(slack.channel).length > 0);
    expect(privately(slack.channel)).toEqual(["I'm not writing anything here."]);
  });
});

describe("said in the channel itself,", () => {
  test.each([
    ["help", "speak as **Assistant**"],
    ["stop", "I'm not writing anything here."],
    ["persona set channel pirate", `${onlyChannel} change the persona for this channel. ${inThread}`],
  ])(
    "“%s” is answered there to the person alone: a thread without replies is seen by nobody",
    async (text, sentence) => {
      const { slack } = parley;
      const root = slack.say({ in: slack.channel, by: ann, text: `<@${slack.botUserId}> ${text}` });
      await slack.until(() => privately(slack.channel).length > 0);
      expect(privately(slack.channel)).toEqual([expect.stringContaining(sentence)]);
      expect(slack.ephemerals(slack.channel)[0]?.threadTs).toBeUndefined();
      expect(textsIn(slack.channel, root)).toEqual([]);
    },
  );
});

describe("said in a thread,", () => {
  test.each(["help", "persona", "persona list"])("“%s” is answered to the person alone", async (text) => {
    const { slack } = parley;
    const root = await ask("Hello");
    slack.say({ in: slack.channel, by: ann, thread: root, text: `<@${slack.botUserId}> ${text}` });
    await slack.until(() => privately(slack.channel).length > 0);
    expect(slack.ephemerals(slack.channel)[0]).toMatchObject({ user: ann.id, threadTs: root.ts });
    expect(answersIn(slack.channel, root)).toHaveLength(1);
  });

  test("“stop” where nothing is being written is answered to the person alone", async () => {
    const { slack } = parley;
    const root = slack.say({ in: slack.channel, by: ann, text: "Hello" });
    slack.say({ in: slack.channel, by: ann, thread: root, text: `<@${slack.botUserId}> Stop.` });
    await slack.until(() => privately(slack.channel).length > 0);
    expect(privately(slack.channel)).toEqual(["I'm not writing anything here."]);
  });

  test("a persona speaks in that thread", async () => {
    const { slack } = parley;
    const root = await ask("Hello");
    await ask("persona pirate", { thread: root });
    expect(textsIn(slack.channel, root)[1]).toBe("In this thread I now speak as **Pirate**.");
    await ask("Who are you?", { thread: root });
    expect(system()).toContain("pirate captain");
  });

  test("“reset” forgets that thread", async () => {
    const { slack, ai } = parley;
    const root = await ask("My name is Zoe");
    await ask("reset", { thread: root });
    expect(textsIn(slack.channel, root)[1]).toContain("Memory cleared");
    await ask("What is my name?", { thread: root });
    expect(JSON.stringify(ai.requests.at(-1)?.messages)).not.toContain("Zoe");
  });

  test("“stop” ends the answer there", async () => {
    const { slack } = parley;
    held();
    const root = slack.say({ in: slack.channel, by: ann, text: `<@${slack.botUserId}> Count` });
    await begun(slack.channel, root);
    slack.say({ in: slack.channel, by: ann, thread: root, text: "stop" });
    await answered(slack.channel, root);
    expect(textsIn(slack.channel, root)[0]).toContain("Stopped.");
  });

  test("the channel's persona is refused a member, which only they hear", async () => {
    const { slack } = parley;
    const root = await ask("Hello");
    slack.say({ in: slack.channel, by: ann, thread: root, text: `<@${slack.botUserId}> persona set channel pirate` });
    await slack.until(() => privately(slack.channel).length > 0);
    expect(privately(slack.channel)).toEqual([`${onlyChannel} change the persona for this channel.`]);
  });
});

describe("a channel's persona", () => {
  const member = () => parley.slack.addUser("ben", { displayName: "Ben" });

  test("is set and reset by who created the channel, and refused a member", async () => {
    const { slack } = parley;
    const channel = slack.addChannel({ name: "hers", creator: ann });
    const refused = await use("persona set pirate", { in: channel, by: member() });
    expect(refused.text).toBe(`${onlyChannel} change the persona for this channel. ${inThread}`);
    await ask("Hello", { in: channel });
    expect(system()).not.toContain("pirate captain");
    expect((await use("persona set pirate", { in: channel })).text).toBe("In this channel I now speak as **Pirate**.");
    await ask("Hello", { in: channel });
    expect(system()).toContain("pirate captain");
    expect((await use("persona reset", { in: channel })).text).toContain("I now speak as **Assistant**.");
    expect((await use("persona set workspace pirate", { in: channel })).text).toContain(onlyAdmins);
  });

  test("is set by everybody in a group message", async () => {
    const { slack } = parley;
    const ben = member();
    const channel = slack.addChannel({ kind: "mpim", creator: ann });
    expect((await use("persona set pirate", { in: channel, by: ben })).text).toContain("I now speak as **Pirate**");
    await ask("Hello", { in: channel });
    expect(system()).toContain("pirate captain");
    expect((await use("persona set workspace pirate", { in: channel, by: ben })).text).toContain(onlyAdmins);
  });
});

describe("in a place of another kind", () => {
  test.each(["mpim", "private"] as const)(
    "a mention in a %s is answered in its thread, which is followed",
    async (kind) => {
      const { slack } = parley;
      const channel = slack.addChannel({ name: "few", kind });
      const root = await ask("Hello", { in: channel });
      slack.say({ in: channel, by: ann, thread: root, text: "And more?" });
      await answered(channel, root, 2);
    },
  );

  test("somebody from another organization is told apart, and may change only their thread", async () => {
    const { slack, ai } = parley;
    const team = slack.addTeam({ name: "Other" });
    const channel = slack.addChannel({ name: "shared", shared: true });
    const zoe = slack.addUser("zoe", { displayName: "Zoe", admin: true, team });
    const root = slack.say({ in: channel, by: zoe, text: `<@${slack.botUserId}> Hello` });
    await answered(channel, root);
    expect(lastAsked()).toContain("Zoe (from another organization)");
    slack.say({ in: channel, by: zoe, thread: root, text: "persona set channel pirate" });
    await slack.until(() => privately(channel, zoe).length > 0);
    expect(privately(channel, zoe)[0]).toContain(onlyChannel);
    slack.say({ in: channel, by: zoe, thread: root, text: "persona pirate" });
    await slack.until(() => textsIn(channel, root).includes("In this thread I now speak as **Pirate**."));
    expect(ai.requests).toHaveLength(1);
  });

  test("whoever opens the bot's own place sees what to ask", async () => {
    const { slack } = parley;
    slack.openTab(ann);
    await slack.until(() => slack.prompts(slack.direct(ann)).length > 0);
    expect(slack.prompts(slack.direct(ann))[0]?.prompts).toHaveLength(4);
  });
});
