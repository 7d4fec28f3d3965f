import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  armed,
  certainLength,
  disarmed,
  escaped,
  fromValue,
  limitsFor,
  mentionedIn,
  payload,
  plainPayload,
  toText,
} from "../../../../adapters/slack/workspace/format.ts";
import type { Control, Place } from "../../../../src/port/index.ts";
import { findPings } from "../../../emulators/slack/pings.ts";

const names = {
  user: (id: string) => ({ U0ANN: "Ann", U0BOT: "Parley" })[id],
  channel: (id: string) => (id === "C0GEN" ? "general" : undefined),
};
const read = (text: string) => toText(text, "U0BOT", names);

describe("what people write", () => {
  test.each([
    // the bot's own mention
    ["<@U0BOT> hello", "hello"],
    ["<@U0BOT|parley>, hello", "hello"],
    ["<@U0BOT>: hello", "hello"],
    ["<@U0BOT>\nhello", "hello"],
    ["<@U0BOT> <@U0BOT> hello", "hello"],
    ["hello <@U0BOT>", "hello"],
    ["hello <@U0BOT> ", "hello"],
    ["<@U0BOT> hello <@U0BOT>", "hello"],
    ["is <@U0BOT> here?", "is @Parley here?"],
    ["hello <@U0BOT>!", "hello @Parley!"],
    ["<@U0BOT>", ""],
    ["  <@U0BOT>  ", ""],
    // people, channels, groups
    ["ask <@U0ANN> now", "ask @Ann now"],
    ["ask <@U0BEN|ben>", "ask @ben"],
    ["ask <@U0BEN>", "ask @U0BEN"],
    ["ask <@W0CLEO|cleo> and <@U0ANN|old name>", "ask @cleo and @Ann"],
    ["in <#C0GEN|general>", "in #general"],
    ["in <#C0GEN|>", "in #general"],
    ["in <#C0GEN>", "in #general"],
    ["in <#C0SECRET>", "in #C0SECRET"],
    ["<!here> and <!channel|channel> and <!everyone|@everyone>", "@here and @channel and @everyone"],
    ["<!subteam^S1|@crew> and <!subteam^S2>", "@crew and @S2"],
    ["at <!date^1392734382^{date}|Feb 18>", "at Feb 18"],
    // links
    ["see <https://a.b/c>", "see https://a.b/c"],
    ["see <https://a.b/c|https://a.b/c>", "see https://a.b/c"],
    ["see <http://a.b|a.b>", "see a.b"],
    ["see <http://a.b/|a.b>", "see a.b"],
    ["see <https://a.b/c|the manual>", "see [the manual](https://a.b/c)"],
    ["<mailto:ann@a.b|ann@a.b> or <tel:+4420|+4420>", "ann@a.b or +4420"],
    ["<https://a.b?x=1&amp;y=2|https://a.b?x=1&amp;y=2>", "https://a.b?x=1&y=2"],
    // signs
    ["Tom &amp; Jerry", "Tom & Jerry"],
    ["a &lt; b &gt; c", "a < b > c"],
    ["write &amp;lt; for it", "write &lt; for it"],
    ["&amp;amp;amp;", "&amp;amp;"],
    ["&quot;&nbsp;", "&quot;&nbsp;"],
    ["&lt;@U0ANN&gt; typed by hand", "<@U0ANN> typed by hand"],
    ["```\nif (a &lt; b &amp;&amp; c &gt; d) Map&lt;K, V&gt;\n```", "```\nif (a < b && c > d) Map<K, V>\n```"],
    // malformed
    ["a < b", "a < b"],
    ["<>", "<>"],
    ["<@>", "@"],
    ["<@U0ANN", "<@U0ANN"],
    ["<<@U0ANN>>", "<@Ann>"],
    ["<https://a.b|one|two>", "[one|two](https://a.b)"],
    // copied from an answer of the bot's
    ["&lt;\u2060@U0ANN&gt;", "<@U0ANN>"],
    ["", ""],
  ])("%j is read as %j", (text, plain) => expect(read(text)).toBe(plain));

  test("names the people whose names have to be asked for, each once", () =>
    expect(mentionedIn("<@U0ANN> <@W0BEN|ben> <@U0ANN> <#C0GEN> <#C0ONE|> <#C0TWO|two> <!here>")).toEqual({
      people: ["U0ANN", "W0BEN"],
      channels: ["C0GEN", "C0ONE"],
    }));
});

const loud = [
  "<!channel>",
  "<!here>",
  "<!everyone>",
  "<!group>",
  "<!here|here>",
  "<@U0ANN>",
  "<@W0ANN|ann>",
  "<@u0ann>",
];
const louder = [...loud, "<!subteam^S0CREW>", "<!subteam^S0CREW|@crew>", "<!CHANNEL>", "<<!here>>", "<!here"];
const settings: readonly ((ping: string) => string)[] = [
  (ping) => ping,
  (ping) => `Hello ${ping} and`,
  (ping) => `at the end ${ping}`,
  (ping) => `\`${ping}\``,
  (ping) => `\`\`\`html\n${ping}\n\`\`\``,
  (ping) => `> ${ping}\n- **${ping}**\n| ${ping} |`,
  (ping) => `[${ping}](https://a.b)`,
];

/** The emulator counts what Slack would; letters of another case are taken to ping as well. */
const pings = (text: string) => {
  const { users, channels, groups } = findPings([text, text.replace(/<[@!][^>]*/g, (id) => id.toUpperCase())]);
  return users.length + channels.length + groups.length;
};

describe("what the model writes", () => {
  test.each(louder)("%s pings nobody, wherever it stands, and looks the same", (ping) => {
    for (const setting of settings) {
      const shown = disarmed(setting(ping));
      expect([pings(shown), /<(!(channel|here|everyone|group|subteam)|@[uw]0)/i.test(shown)]).toEqual([0, false]);
      expect(armed(shown)).toBe(setting(ping));
      expect(shown.replaceAll("\u2060", "")).toBe(setting(ping));
    }
  });

  test.each([
    "<!DOCTYPE html>",
    "<!-- a comment -->",
    "Map<@T>",
    "List<@NonNull String>",
    "<a href='x'>",
    "a < b and c > d",
    "<https://a.b>",
    "<!channels>",
    "@channel",
    "# One\n\n1. a\n   - b\n\n| x |\n|---|\n| 1 |\n\n```ts\nlet a: Array<string> = [];\n```\n> said [link](https://a.b)",
  ])("%j is left as it is", (text) => expect(disarmed(text)).toBe(text));

  test("a message full of pings still fits", () => {
    const { maxLength } = limitsFor("T1", "C1");
    for (const ping of [...louder, "<@UAB", "<@U", "<@T", "<!here"]) {
      const full = ping.repeat(maxLength).slice(0, maxLength);
      expect(disarmed(full).length).toBeLessThanOrEqual(12_000);
    }
  });

  const piece = fc.constantFrom(
    ...louder,
    "<",
    "<!",
    "<@",
    "<@U",
    "!",
    "@",
    "here",
    "channel",
    "x",
    "é",
    " ",
    ">",
    "^",
    "|",
    "🙂",
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));

  test("what is shown of a growing text never has to be taken back", () => {
    fc.assert(
      fc.property(text, (whole) => {
        const end = disarmed(whole);
        for (let cut = 0; cut <= whole.length; cut++) {
          const begun = whole.slice(0, cut);
          const shown = disarmed(begun.slice(0, certainLength(begun)));
          expect(end.startsWith(shown)).toBe(true);
          expect(pings(shown)).toBe(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("only what may become a ping waits", () => {
    expect(certainLength("an answer")).toBe(9);
    expect(certainLength("an answer <")).toBe(10);
    expect(certainLength("an answer <!ch")).toBe(10);
    expect(certainLength("an answer <!channel>")).toBe(20);
    expect(certainLength("an answer <b")).toBe(12);
    expect(certainLength(`an answer <@${"x".repeat(60)}`)).toBe(72);
  });
});

const place = { thread: "slack:T1:C1:1.2" } as Place;
const stop: Control = { command: "stop", label: "Stop" };

test("a message is a markdown block, the buttons below, and a text for notifications", () => {
  const { blocks, text } = payload({ markdown: "**Hi** <!here> & all", controls: [stop] }, place);
  expect(blocks[0]).toEqual({ type: "markdown", text: "**Hi** <\u2060!here> & all" });
  expect(blocks[1]).toMatchObject({ type: "actions", elements: [{ action_id: "stop", value: "slack:T1:C1:1.2" }] });
  expect(text).toBe("**Hi** &lt;\u2060!here&gt; &amp; all");
  expect(payload({ markdown: "Hi", controls: [] }, place).blocks).toHaveLength(1);
});

test.each(["&", "<", "<@U0ANN>", "word ", "🙂"])("a message full of %j fits what Slack takes", (piece) => {
  const markdown = piece.repeat(10_000).slice(0, 10_000);
  const { blocks, text } = payload({ markdown, controls: [] }, place);
  expect(text.length).toBeLessThanOrEqual(4_000);
  expect(text.isWellFormed()).toBe(true);
  expect(JSON.stringify(blocks).length).toBeLessThan(13_000);
});

test("what is escaped reads as it was", () =>
  expect(read(escaped("<!here> &amp; <@U0ANN>"))).toBe("<!here> &amp; <@U0ANN>"));

test.each([
  ["slack:T1:C1:1.2", { thread: "slack:T1:C1:1.2" }],
  ["slack:T1:C1: slack:U1", { thread: "slack:T1:C1:", only: "slack:U1" }],
  ["discord:1", undefined],
  ["slack:T1:C1:1.2:3", undefined],
  ["slack:T1:C1:1.2 discord:1", undefined],
  ["", undefined],
  [undefined, undefined],
])("the button value %j names %j", (value, named) => expect(fromValue(value)).toEqual(named));

describe("bare words", () => {
  const sectionsOf = (markdown: string) =>
    plainPayload({ markdown, controls: [] }, { thread: "slack:T1:C1:1" } as Place).blocks.map((block) =>
      block.type === "section" ? (block.text?.text ?? "") : "",
    );

  test("are all there, in sections that Slack takes", () => {
    const words = "word ".repeat(2_000).trim();
    expect(sectionsOf(words).join("")).toBe(words);
    for (const section of sectionsOf("😀".repeat(5_000))) expect(section.length).toBeLessThanOrEqual(3_000);
  });

  test("make no section of nothing but space, which Slack would refuse", () => {
    expect(sectionsOf(`${"a".repeat(1_400)}\n${" ".repeat(2_000)}\nb`).every((text) => text.trim() !== "")).toBe(true);
  });
});
