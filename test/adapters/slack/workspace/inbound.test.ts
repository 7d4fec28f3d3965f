import { describe, expect, test } from "vitest";
import {
  isSaid,
  isWords,
  type MessageContext,
  quoteOf,
  type SlackMessage,
  textOf,
  toMessageEvent,
} from "../../../../adapters/slack/workspace/inbound.ts";

const ann = { id: "U0ANN", name: "Ann", isAdmin: false, isStranger: false };
const setting: MessageContext = {
  team: "T1",
  teamName: "Acme",
  bot: "Parley",
  botUserId: "U0BOT",
  person: ann,
  channel: { name: "general", creator: "U0BEN", isGroup: false },
  names: { user: () => undefined, channel: () => undefined },
};
const said = (message: Partial<SlackMessage>): SlackMessage => ({
  ts: "1700000000.000200",
  channel: "C0GEN",
  user: "U0ANN",
  text: "hello",
  ...message,
});
const event = (message: Partial<SlackMessage>, other: Partial<MessageContext> = {}) =>
  toMessageEvent(said(message), { ...setting, ...other });
const mention = "<@U0BOT> hello";
const root = "1700000000.000100";

describe("where something is said", () => {
  test.each([
    ["a mention in a channel", { text: mention }, "mention", "new-thread", "slack:T1:C0GEN:1700000000.000200"],
    ["a word in a channel", {}, "ambient", "channel", "slack:T1:C0GEN:1700000000.000200"],
    ["a mention in a thread", { text: mention, thread_ts: root }, "mention", "thread", `slack:T1:C0GEN:${root}`],
    ["a word in a thread", { thread_ts: root }, "ambient", "thread", `slack:T1:C0GEN:${root}`],
    [
      "a root that has replies",
      { text: mention, ts: root, thread_ts: root },
      "mention",
      "new-thread",
      `slack:T1:C0GEN:${root}`,
    ],
    ["a direct message", { channel: "D0ANN" }, "direct", "direct", "slack:T1:D0ANN:1700000000.000200"],
    ["a direct message's thread", { channel: "D0ANN", thread_ts: root }, "direct", "direct", `slack:T1:D0ANN:${root}`],
    [
      "a group message",
      { channel: "G0ABC", channel_type: "mpim" },
      "ambient",
      "channel",
      "slack:T1:G0ABC:1700000000.000200",
    ],
    [
      "a mention in a group message",
      { channel: "C0MPIM", text: mention },
      "mention",
      "new-thread",
      "slack:T1:C0MPIM:1700000000.000200",
    ],
    [
      "a private channel",
      { channel: "G0PRIV", text: mention },
      "mention",
      "new-thread",
      "slack:T1:G0PRIV:1700000000.000200",
    ],
    [
      "a mention with a label",
      { text: "<@U0BOT|parley> hi" },
      "mention",
      "new-thread",
      "slack:T1:C0GEN:1700000000.000200",
    ],
    ["a mention of one alike", { text: "<@U0BOTTOM> hi" }, "ambient", "channel", "slack:T1:C0GEN:1700000000.000200"],
  ] as const)("%s", (_, message, via, kind, thread) => {
    const { place, ...rest } = event(message);
    expect([rest.via, place.kind, place.thread]).toEqual([via, kind, thread]);
  });

  test("a mention's two events are one", () => {
    const one = event({ text: mention });
    expect(event({ text: mention, channel_type: "channel" }).id).toBe(one.id);
    expect(event({ text: mention, ts: "1700000000.000201" }).id).not.toBe(one.id);
    expect(one.sentAt).toBe(1_700_000_000_000);
  });

  test("commands are offered where Slack takes them", () => {
    expect(event({ text: mention }).place.commandPrefix).toBe("/parley ");
    expect(event({ text: mention, thread_ts: root }).place.commandPrefix).toBeUndefined();
  });

  test("a place knows its names", () => {
    expect(event({}).place).toMatchObject({
      channelName: "general",
      serverName: "Acme",
      serverNoun: "workspace",
      bot: "Parley",
    });
    expect(event({ channel: "D0ANN" }).place.channelName).toBeUndefined();
  });
});

describe("what a person may change", () => {
  const admin = { ...ann, isAdmin: true };
  const stranger = { ...ann, isStranger: true, isAdmin: true };
  test.each([
    ["a member", "C0GEN", ann, "U0BEN", ["thread"]],
    ["who made the channel", "C0GEN", ann, "U0ANN", ["thread", "channel"]],
    ["an admin", "C0GEN", admin, "U0BEN", ["thread", "channel", "server"]],
    ["an admin in a direct message", "D0ANN", admin, undefined, ["thread", "channel", "server"]],
    ["anybody in a direct message", "D0ANN", ann, undefined, ["thread", "channel"]],
    ["somebody from another organization, an admin there", "C0GEN", stranger, "U0ANN", ["thread"]],
    ["whoever it is, where Slack does not tell", "C0GEN", ann, undefined, ["thread"]],
  ] as const)("%s", (_, channel, person, creator, authority) => {
    const place = event({ channel }, { person, channel: { name: "general", creator, isGroup: false } }).place;
    expect(place.authority).toEqual(authority);
  });

  test("a group message belongs to everybody in it", () => {
    const group = { name: "mpdm-ann--ben-1", creator: "U0BEN", isGroup: true };
    expect(event({}, { person: ann, channel: group }).place.authority).toEqual(["thread", "channel"]);
    expect(event({}, { person: stranger, channel: group }).place.authority).toEqual(["thread"]);
  });

  test("somebody from another organization is told apart", () => {
    expect(event({}, { person: stranger }).author.name).toBe("Ann (from another organization)");
    expect(event({}).author).toEqual({ id: "slack:U0ANN", name: "Ann" });
  });
});

describe("what the bot said itself is read whole", () => {
  const own = (blocks: SlackMessage["blocks"]) =>
    textOf({ ts: "1", channel: "C0GEN", user: "U0BOT", text: "Half of it…", ...(blocks ? { blocks } : {}) }, setting);

  test("from its Markdown, where Slack returns that", () =>
    expect(own([{ type: "markdown", text: "**All** of it" }, { type: "actions" }])).toBe("**All** of it"));

  test("from the rich text, tables and headings that Slack made of it", () => {
    const words = (text: string) => ({ type: "text", text });
    const section = (...elements: object[]) => ({ type: "rich_text_section", elements });
    const blocks = [
      { type: "header", text: { type: "plain_text", text: "A heading" } },
      {
        type: "rich_text",
        elements: [
          section(words("See "), { type: "link", url: "https://a.example" }),
          { type: "rich_text_list", elements: [section(words("one")), section(words("two"))] },
          { type: "rich_text_preformatted", elements: [words("const a = 1;")] },
          { type: "rich_text_quote", elements: [words("said\nso")] },
        ],
      },
      {
        type: "table",
        rows: [
          [
            { type: "raw_text", text: "a" },
            { type: "rich_text", elements: [section(words("b"))] },
          ],
        ],
      },
    ];
    expect(own(blocks)).toBe(
      "A heading\n\nSee https://a.example\n- one\n- two\n```\nconst a = 1;\n```\n> said\n> so\n\n| a | b |",
    );
  });
});

describe("who is heard", () => {
  const heard = [undefined, "file_share", "thread_broadcast", "me_message"];
  const dropped = [
    "bot_message",
    "message_changed",
    "message_deleted",
    "message_replied",
    "channel_join",
    "channel_leave",
    "channel_topic",
    "channel_purpose",
    "channel_name",
    "group_join",
    "pinned_item",
    "reminder_add",
    "tombstone",
    "huddle_thread",
    "assistant_app_thread",
    "something_new",
  ];
  test.each(heard)("the subtype %s is said", (subtype) =>
    expect(isSaid(said(subtype === undefined ? {} : { subtype }), "U0BOT")).toBe(true),
  );
  test.each(dropped)("the subtype %s is dropped", (subtype) => expect(isSaid(said({ subtype }), "U0BOT")).toBe(false));
  test.each([
    ["the bot itself", { user: "U0BOT" }],
    ["another bot with a user", { user: "U0FEED", bot_id: "B1" }],
    ["Slackbot", { user: "USLACKBOT" }],
  ])("%s is not heard", (_, message) => expect(isSaid(said(message), "U0BOT")).toBe(false));
  test("nor is what nobody said", () => {
    const { user: _, ...nobody } = said({});
    expect(isSaid(nobody, "U0BOT")).toBe(false);
  });
  test("what a bot said is words for whoever reads the thread back", () => {
    expect([isWords(said({ subtype: "bot_message" })), isWords(said({ subtype: "channel_join" }))]).toEqual([
      true,
      false,
    ]);
  });
});

test("files come with what Slack tells of them", () => {
  const files = [
    {
      name: "a.txt",
      mimetype: "text/plain",
      size: 3,
      url_private: "https://f/a",
      url_private_download: "https://f/d/a",
    },
    { name: null, title: "A picture", url_private: "https://f/b" },
    {},
  ];
  expect(event({ subtype: "file_share", text: "", files }).attachments).toEqual([
    { name: "a.txt", mediaType: "text/plain", bytes: 3, url: "https://f/d/a" },
    { name: "A picture", mediaType: "application/octet-stream", bytes: 0, url: "https://f/b" },
    { name: "file", mediaType: "application/octet-stream", bytes: 0, url: "" },
  ]);
});

describe("a shared message", () => {
  const shared = { author_id: "U0BEN", author_name: "Ben", text: "Pizza &amp; <https://a.b|a.b>?" };
  test.each([{ is_share: true }, { is_msg_unfurl: true }])("is a quote (%j)", (how) => {
    const { quote, text } = event({ text: mention, attachments: [{ ...shared, ...how }] });
    expect([quote, text]).toEqual([{ author: "Ben", id: "slack:U0BEN", text: "Pizza & a.b?", own: false }, "hello"]);
  });
  test("of the bot's is its own", () =>
    expect(event({ attachments: [{ ...shared, author_id: "U0BOT", is_share: true }] }).quote?.own).toBe(true));
  test("is cut where it is long", () =>
    expect(
      event({ attachments: [{ ...shared, text: "long ".repeat(1_000), is_share: true }] }).quote?.text,
    ).toHaveLength(2_000));
  test("without words is none", () =>
    expect(event({ attachments: [{ is_share: true, text: "" }] }).quote).toBeUndefined());
  test("is not what a link's preview is", () => {
    const { quote, text } = event({ attachments: [{ from_url: "https://a.b", title: "A page", text: "Buy!" }] });
    expect([quote, text]).toEqual([undefined, "hello"]);
  });
});

describe("what an app says", () => {
  const text = (message: Partial<SlackMessage>) => textOf(said({ text: "", ...message }), setting);
  test("is read from its Markdown, whole and without the signs that disarm it", () =>
    expect(text({ text: "Only a be…", blocks: [{ type: "markdown", text: "# Whole\n<\u2060!here>" }] })).toBe(
      "# Whole\n<!here>",
    ));
  test("is read from its blocks, where it has no text", () => {
    const blocks = [
      { type: "header", text: { type: "plain_text", text: "Build failed" } },
      { type: "section", text: { type: "mrkdwn", text: "on <https://a.b|main>" } },
      { type: "divider" },
      {
        type: "context",
        elements: [
          { type: "mrkdwn", text: "2 min" },
          { type: "image", alt_text: "x" },
        ],
      },
    ];
    expect(text({ blocks })).toBe("Build failed\non [main](https://a.b)\n2 min");
    expect(text({ text: "Build failed", blocks })).toBe("Build failed");
  });
  test("is read from its attachments", () => {
    const attachments = [
      { pretext: "CI", title: "Build 7", text: "a &lt; b", fallback: "no" },
      { fallback: "Deployed" },
    ];
    expect(text({ attachments })).toBe("CI\nBuild 7\na < b\nDeployed");
  });
});

test("the message that a shortcut points at is a quote, the bot's its own", () => {
  const id = `slack:${said({}).user}`;
  expect(quoteOf(said({}), "Ann", setting)).toEqual({ author: "Ann", id, text: "hello", own: false });
  expect(quoteOf(said({ user: "U0BOT" }), "Parley", setting)?.own).toBe(true);
  expect(quoteOf(said({ text: "" }), "Ann", setting)).toBeUndefined();
  const attachments = [{ is_share: true, author_name: "Ben", text: "Pizza?" }];
  expect(quoteOf(said({ text: "", attachments }), "Ann", setting)?.author).toBe("Ben");
});
