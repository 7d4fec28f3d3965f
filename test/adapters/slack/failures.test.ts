import { afterEach, describe, expect, test, vi } from "vitest";
import { attachmentsOf } from "../../../adapters/slack/workspace/inbound.ts";
import { fileServer } from "../../../adapters/slack/writing/files.ts";
import { readText } from "../../../src/port/index.ts";
import type { ChannelRecord, MessageRecord } from "../../emulators/slack/records.ts";
import { startSlack } from "../../emulators/slack/slack-emulator.ts";
import { createQuickClock } from "../../support/quick-clock.ts";
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
const ask = (text: string) => parley.slack.say({ in: parley.slack.channel, text: mention(text) });
/** What the bot says in a thread. */
const replies = (root: MessageRecord, channel: ChannelRecord = parley.slack.channel) =>
  parley.slack.messages(channel, root).filter(({ userId }) => userId === parley.slack.botUserId);
const texts = (root: MessageRecord) => replies(root).map(({ text }) => text);
const whispers = () => parley.slack.ephemerals(parley.slack.channel);
const told = () => parley.slack.messages(parley.slack.direct(parley.slack.someone)).map(({ text }) => text);

/** Nothing is left that says the bot is at work. */
async function quiet(root: MessageRecord): Promise<void> {
  const { slack } = parley;
  await slack.until(() => (slack.statuses(slack.channel, root).at(-1)?.status ?? "") === "");
  await slack.until(() =>
    replies(root).every(
      ({ streaming, text, buttons }) =>
        !streaming && !text.includes("▌") && buttons.every(({ actionId }) => actionId !== "stop"),
    ),
  );
}

/** The next question is answered as if nothing had happened. */
async function goesOn(): Promise<void> {
  parley.ai.replies({ text: "Works." });
  const next = ask("And now?");
  await parley.slack.until(() => texts(next).includes("Works."));
}

/** An answer that waits in its middle. */
function halfway(): { readonly root: MessageRecord; readonly begun: Promise<void>; goOn(): void } {
  const gate = Promise.withResolvers<void>();
  parley.ai.replies({ text: ["Half ", "of it ", "and the rest."], holdAfter: { deltas: 2, until: gate.promise } });
  const root = ask("Tell me");
  const begun = parley.slack.until(() => texts(root).some((text) => text.startsWith("Half of it")));
  return { root, begun, goOn: () => gate.resolve() };
}

const writes = /^chat\.(postMessage|startStream)$/;
const here = (args: { readonly [name: string]: unknown }) => args["channel"] === parley.slack.channel.id;

describe("where the bot may not write", () => {
  test.each([
    ["not_in_channel", "Invite me"],
    ["is_archived", "archived"],
    ["restricted_action_read_only_channel", "no longer allowed to write in this channel"],
  ])(
    "%s is told to the person who asked, in the channel, for a thread without replies would show it to nobody",
    async (error, sentence) => {
      await start();
      const { slack } = parley;
      slack.fail({ method: writes, error, times: 9, when: here });
      const root = ask("Hello");
      await slack.until(() => whispers().length > 0);
      expect(whispers()).toMatchObject([{ user: slack.someone.id, text: expect.stringContaining(sentence) }]);
      expect(whispers()[0]?.threadTs).toBeUndefined();
      expect(texts(root)).toEqual([]);
      await quiet(root);
    },
  );

  test("not even a whisper reaches them there, so they are told in a direct message", async () => {
    await start();
    const { slack } = parley;
    slack.fail({ method: /^chat\./, error: "is_archived", times: 9, when: here });
    const root = ask("Hello");
    await slack.until(() => told().length > 0);
    expect(told()).toEqual([expect.stringContaining("archived")]);
    await quiet(root);
  });

  test("archived in mid-answer, the answer is kept and the person hears why it ends", async () => {
    await start();
    const { slack, store } = parley;
    const { root, begun, goOn } = halfway();
    await begun;
    slack.fail({ method: /^chat\./, error: "is_archived", times: 99, when: here });
    goOn();
    await slack.until(() => told().length > 0);
    expect(told()).toEqual([expect.stringContaining("archived")]);
    const { turns } = await store.open(`slack:${slack.team.id}:${slack.channel.id}:${root.ts}` as never);
    await vi.waitFor(async () => expect(turns.at(-1)).toMatchObject({ kind: "bot", text: "Half of it and the rest." }));
  });
});

describe("a message that Slack does not take as it is", () => {
  const markdownIn = ({ blocks }: { readonly [name: string]: unknown }) =>
    Array.isArray(blocks) && blocks.some((block) => block.type === "markdown");

  test("a stream that is full goes on by edits, and is whole", async () => {
    await start();
    const { slack } = parley;
    const { root, begun, goOn } = halfway();
    await begun;
    slack.fail({ method: /^chat\.(append|stop)Stream$/, error: "msg_too_long" });
    goOn();
    await slack.until(() => texts(root)[0] === "Half of it and the rest.");
    await quiet(root);
  });

  describe.each(["invalid_blocks", "msg_blocks_too_long"])("because it does not draw it (%s),", (error) => {
    const paragraphs = Array.from({ length: 60 }, (_, index) => `**${index}** ${"word ".repeat(18)}end.\n\n`);
    /** Sections stand apart, so only the words can be compared. */
    const wordsIn = (text: string) => text.split(/\s+/).filter(Boolean);

    test.each([
      ["posted", false, 0],
      ["edited", false, 20],
      ["streamed", true, 20],
    ])("an answer that is %s stands whole, in plain words", async (_, streaming, heldAfter) => {
      await start({ slack: { streaming } });
      const { slack, ai, log } = parley;
      const gate = Promise.withResolvers<void>();
      slack.fail({ method: /^chat\./, error, times: 999, when: markdownIn });
      const hold = heldAfter === 0 ? {} : { holdAfter: { deltas: heldAfter, until: gate.promise } };
      ai.replies({ text: paragraphs, ...hold });
      const root = ask("Tell me");
      await slack.until(() => texts(root).length > 0);
      gate.resolve();
      await slack.until(() => wordsIn(texts(root).join("")).length >= wordsIn(paragraphs.join("")).length);
      await quiet(root);
      expect(replies(root)).toHaveLength(1);
      expect(wordsIn(texts(root)[0] ?? "")).toEqual(wordsIn(paragraphs.join("")));
      expect(whispers()).toEqual([]);
      expect(log.text()).toContain("sent without markup");
      await goesOn();
    });
  });

  test("plain words ping nobody", async () => {
    await start({ slack: { streaming: false } });
    const { slack, ai } = parley;
    slack.fail({ method: /^chat\./, error: "invalid_blocks", times: 99, when: markdownIn });
    ai.replies({ text: `Ask <!channel> or <@${slack.someone.id}>.` });
    const root = ask("Whom?");
    await slack.until(() => texts(root)[0]?.endsWith(">.") === true);
    await quiet(root);
    for (const { pings } of replies(root)[0]?.states ?? [])
      expect(pings).toEqual({ users: [], channels: [], groups: [] });
  });

  test("a short answer that Slack does not draw is said in plain words", async () => {
    await start();
    const { slack } = parley;
    const root = ask("Hello");
    await slack.until(() => texts(root).length === 1);
    await quiet(root);
    slack.fail({ method: "chat.postMessage", error: "invalid_blocks" });
    slack.say({ in: slack.channel, thread: root, text: mention("persona pirate") });
    await slack.until(() => texts(root)[1] === "In this thread I now speak as **Pirate**.");
  });

  test("an edit that is too long even as plain words leaves what stands, says so, and is quiet", async () => {
    await start({ slack: { streaming: false } });
    const { slack } = parley;
    const { root, begun, goOn } = halfway();
    await begun;
    slack.fail({ method: "chat.update", error: "msg_too_long", times: 2 });
    goOn();
    await slack.until(() => texts(root)[0]?.includes("could not be shown") === true);
    expect(texts(root)).toHaveLength(1);
    expect(texts(root)[0]).toMatch(/^Half of it/);
    await quiet(root);
    await goesOn();
  });

  test("a paste of 40,000 characters is answered, and told to be cut", async () => {
    await start();
    const { slack, ai } = parley;
    const paste = "word ".repeat(8_000).slice(0, 39_970);
    const root = ask(paste);
    await slack.until(() => texts(root).some((text) => /^Hello! How can I help\?\n\n_⚠️ /.test(text)));
    expect(ai.requests[0]?.messages.at(-1)?.content).toContain("[cut here: the message goes on]");
    await quiet(root);
  });
});

describe("a message whose making was not confirmed", () => {
  const persona = "In this thread I now speak as **Pirate**.";
  /** The first words of the answer, which is posted and not streamed. */
  const isAnswer = ({ text }: { readonly [name: string]: unknown }) => String(text).startsWith("Half");

  test.each([
    ["that stands is found and written on", { lose: true }],
    ["that never came to be is sent again", { drop: true }],
  ] as const)("%s, and what was said beside it is not taken for it", async (_, failure) => {
    await start({ slack: { streaming: false } });
    const { slack, ai } = parley;
    const gate = Promise.withResolvers<void>();
    ai.replies({ text: ["Half ", "of it ", "and the rest."], hold: gate.promise });
    const root = slack.say({ in: slack.channel, text: "Here", silent: true });
    slack.say({ in: slack.channel, thread: root, text: mention("Tell me") });
    await ai.until(() => ai.requests.length === 1);
    slack.say({ in: slack.channel, thread: root, text: mention("persona pirate") });
    await slack.until(() => texts(root).includes(persona));
    slack.fail({ method: "chat.postMessage", ...failure, when: isAnswer });
    gate.resolve();
    await slack.until(() => texts(root).includes("Half of it and the rest."));
    await quiet(root);
    expect(texts(root)).toEqual([persona, "Half of it and the rest."]);
    expect(slack.requests.some(({ method }) => method === "conversations.replies")).toBe(true);
  });

  test("is sent again where the thread cannot be read: twice is better than not at all", async () => {
    await start({ slack: { streaming: false } });
    const { slack, ai } = parley;
    ai.replies({ text: "Half of it and the rest." });
    slack.fail({ method: "chat.postMessage", drop: true, when: isAnswer });
    slack.fail({ method: "conversations.replies", error: "missing_scope" });
    const root = ask("Tell me");
    await slack.until(() => texts(root).includes("Half of it and the rest."));
    await quiet(root);
    expect(texts(root)).toHaveLength(1);
  });
});

describe("a message that goes away", () => {
  test.each([
    ["streamed", true],
    ["edited", false],
  ])(
    "deleted under the bot while it is %s, it is not sent again, the model stops, and nothing is said of it",
    async (_, streaming) => {
      await start({ slack: { streaming } });
      const { slack, ai } = parley;
      const gate = Promise.withResolvers<void>();
      const text = Array.from({ length: 60 }, (__, index) => `word${index} `);
      ai.replies({ text, holdAfter: { deltas: 2, until: gate.promise }, tokensPerSecond: 40 });
      const root = ask("Count");
      await slack.until(() => texts(root).length === 1);
      slack.delete(replies(root)[0]?.ts ?? "");
      gate.resolve();
      await ai.until(() => ai.requests[0]?.closed === true);
      await quiet(root);
      expect(texts(root)).toEqual([]);
      await goesOn();
      expect(whispers()).toEqual([]);
    },
  );

  test("a question that is deleted before its answer begins gets none in the open", async () => {
    await start();
    const { slack, ai } = parley;
    const gate = Promise.withResolvers<void>();
    ai.replies({ text: "A secret.", hold: gate.promise });
    const root = ask("Forget this");
    await ai.until(() => ai.requests.length === 1);
    slack.delete(root);
    await ai.until(() => ai.requests[0]?.closed === true);
    gate.resolve();
    await goesOn();
    const said = slack.messages(slack.channel).filter(({ userId }) => userId === slack.botUserId);
    expect([...said, ...replies(root)]).toEqual([]);
  });
});

test("a socket that dies in mid-answer does not cost a word", async () => {
  await start();
  const { slack } = parley;
  const { root, begun, goOn } = halfway();
  await begun;
  slack.dropSockets();
  goOn();
  await slack.until(() => texts(root)[0] === "Half of it and the rest.");
  await quiet(root);
  await slack.ready();
  await goesOn();
});

test("a token that is revoked in mid-answer ends the bot with the sentence, and the answer is kept", async () => {
  await start();
  const { slack, quits, store } = parley;
  const { root, begun, goOn } = halfway();
  await begun;
  slack.revoke();
  goOn();
  await vi.waitFor(() => expect(quits).toHaveLength(1));
  expect(quits[0]).toContain("SLACK_BOT_TOKEN: the token was revoked.");
  const thread = `slack:${slack.team.id}:${slack.channel.id}:${root.ts}` as never;
  await vi.waitFor(async () => expect((await store.open(thread)).turns.at(-1)).toMatchObject({ kind: "bot" }));
});

test("taken out of its only workspace, the bot ends with the sentence", async () => {
  await start();
  const { slack, quits } = parley;
  slack.uninstall();
  await vi.waitFor(() => expect(quits.length).toBeGreaterThan(0));
  for (const problem of quits) expect(problem).toContain("SLACK_BOT_TOKEN: the app was removed from the workspace.");
});

test("told late that it was taken out, when its token works again, the bot goes on", async () => {
  await start();
  const { slack, quits } = parley;
  slack.tellUninstalled();
  const asked = () => slack.requests.filter(({ method, status }) => method === "auth.test" && status === 200).length;
  await slack.until(() => asked() >= 3); // at the start, and for each of the two events
  await goesOn();
  expect(quits).toEqual([]);
});

test("one odd refusal of the token does not end the bot", async () => {
  await start();
  const { slack, quits } = parley;
  slack.fail({ method: "users.info", error: "invalid_auth" });
  const root = ask("Hi");
  await slack.until(() => texts(root).length === 1);
  await goesOn();
  expect(quits).toEqual([]);
});

test("a comment on a file that mentions the bot is answered for its author's eyes with what to do instead", async () => {
  await start();
  const { slack, ai } = parley;
  slack.say({ in: slack.channel, text: mention("what is this?"), subtype: "file_comment" });
  await slack.until(() => whispers().length === 1);
  expect(whispers()).toMatchObject([{ user: slack.someone.id, text: expect.stringContaining("comments on files") }]);
  expect(ai.requests).toEqual([]);
});

describe("names that Slack does not tell", () => {
  test.each([
    ["users.info", { error: "missing_scope" }],
    ["users.info", { retryAfter: 30 }],
    ["users.info", { hangMs: 600_000 }],
    ["conversations.info", { error: "missing_scope" }],
    ["conversations.info", { error: "channel_not_found" }],
  ] as const)("cost no answer: %s %j", async (method, failure) => {
    await start("hangMs" in failure ? { adapterClock: createQuickClock(20) } : {});
    const { slack } = parley;
    slack.fail({ method, ...failure, times: 9 });
    const root = ask("Hi");
    await slack.until(() => texts(root).includes("Hello! How can I help?"));
    await quiet(root);
  });
});

test("a message whose author's name is long in coming keeps its place in its channel, and holds up no other", async () => {
  await start();
  const { slack, ai } = parley;
  const [ann, ben] = [slack.addUser("ann"), slack.addUser("ben")];
  const other = slack.addChannel({ name: "other" });
  const root = slack.say({ in: slack.channel, text: "Here", silent: true });
  // Everything else is known already.
  const before = slack.say({ in: other, by: ben, text: mention("Hello") });
  await slack.until(() => replies(before, other).length === 1);
  slack.fail({ method: "users.info", hangMs: 1_000, when: ({ user }) => user === ann.id });
  slack.say({ in: slack.channel, by: ann, thread: root, text: mention("first") });
  slack.say({ in: slack.channel, by: ben, thread: root, text: mention("second") });
  const elsewhere = slack.say({ in: other, by: ben, text: mention("elsewhere") });
  await slack.until(() => replies(elsewhere, other).length === 1);
  const look = slack.requests.find(({ method, args }) => method === "users.info" && args["user"] === ann.id);
  expect(look).toBeDefined();
  expect(look?.status).toBeUndefined();
  await ai.until(() => ai.requests.length === 4);
  const asked = ai.requests.map(({ messages }) => /(\w+)\n<\/message>$/.exec(messages.at(-1)?.content ?? "")?.[1]);
  expect(asked).toEqual(["Hello", "elsewhere", "first", "second"]);
});

describe("what was said before and cannot be read", () => {
  const openThread = (count: number) => {
    const { slack } = parley;
    const root = slack.say({ in: slack.channel, text: "A long story", silent: true });
    for (let index = 0; index < count; index++) {
      slack.say({ in: slack.channel, thread: root, text: `line ${index}`, silent: true });
    }
    return root;
  };

  test.each([
    ["without the right to", { error: "missing_scope" }],
    ["where it is no member", { error: "not_in_channel" }],
    ["over the limit", { retryAfter: 30 }],
    ["while Slack has a fault", { status: 503 }],
  ])("%s: it says so below the answer", async (_, failure) => {
    await start();
    const { slack } = parley;
    const root = openThread(3);
    slack.fail({ method: "conversations.replies", ...failure });
    slack.say({ in: slack.channel, thread: root, text: mention("And?") });
    await slack.until(() => texts(root).at(-1)?.includes("could not read what was written here before") === true);
    expect(texts(root)[0]).toMatch(/^Hello! How can I help\?/);
    await quiet(root);
  });

  test("from the second page on: it says how much it has read", async () => {
    await start();
    const { slack, ai } = parley;
    const root = openThread(230);
    slack.fail({ method: "conversations.replies", retryAfter: 30, when: ({ cursor }) => cursor !== undefined });
    slack.say({ in: slack.channel, thread: root, text: mention("And?") });
    await slack.until(() => /_⚠️ .*\b50\b/.test(texts(root).at(-1) ?? ""));
    expect(ai.requests[0]?.messages.at(-1)?.content).toContain("line 198");
    await quiet(root);
  });
});

describe("a file", () => {
  const notes = { name: "notes.txt", mimetype: "text/plain", content: "the secret word is plum" };
  const asked = () => JSON.stringify(parley.ai.requests[0]?.messages);
  const share = async () => {
    const { slack } = parley;
    const root = slack.say({ in: slack.channel, text: mention("What is in it?"), files: [notes] });
    await slack.until(() => texts(root).length === 1);
    return root;
  };

  test("is read by the bot's own token", async () => {
    await start();
    const root = await share();
    expect(asked()).toContain("plum");
    expect(root.files[0]?.asked).toMatchObject([{ token: parley.slack.botToken, allowed: true }]);
  });

  test("that needs a right the app lacks is named to the model, its login page is not read, and the log says why", async () => {
    await start({ slack: { scopes: ["chat:write", "app_mentions:read", "channels:history"] } });
    await share();
    expect(asked()).toContain("notes.txt");
    expect(asked()).not.toMatch(/plum|Sign in/);
    expect(parley.log.text()).toContain("without the right to read files");
  });

  test("on a host that is not the platform's is never asked for", async () => {
    const slack = await startSlack();
    const apiUrl = slack.apiUrl.replace("127.0.0.1", "localhost");
    await start({ at: slack, adapter: { apiUrl } });
    const root = await share();
    expect(asked()).toContain("notes.txt");
    expect(root.files[0]?.asked).toEqual([]);
  });

  test("from another organization without an address is named and not asked for", async () => {
    await start();
    const [file] = attachmentsOf({
      ts: "1.1",
      channel: "C1",
      files: [{ name: "plan.txt", mimetype: "text/plain", size: 9 }],
    });
    expect(file).toMatchObject({ name: "plan.txt", url: "" });
    expect(file && (await readText(file, fileServer("https://slack.com/api/", "xoxb-1")))).toBeUndefined();
  });

  test("is fetched from Slack's own servers alone", async () => {
    await start();
    const { origins } = fileServer("https://slack.com/api/", "xoxb-1");
    expect([...origins].toSorted()).toEqual([
      "https://files.slack.com",
      "https://slack-files.com",
      "https://slack.com",
    ]);
  });
});
