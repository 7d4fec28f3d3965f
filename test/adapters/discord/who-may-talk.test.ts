import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AccessEntry, Mark } from "../../../src/limits/access.ts";
import { withAside } from "../../../src/reply/notices.ts";
import { sentences } from "../../../src/sentences/sentences.ts";
import type { UserRecord } from "../../emulators/discord/records.ts";
import { createDayClock } from "../../support/day-clock.ts";
import { type Parley, startParley } from "../../support/parley.ts";

let parley: Parley;
let ann: UserRecord;
let mod: UserRecord;
let allow: AccessEntry[];
let deny: AccessEntry[];
const clock = createDayClock();

const start = async (limits = {}) => {
  [allow, deny] = [[], []]; // filled by the tests, once they know the ids
  parley = await startParley({ clock, core: { access: { allow, deny }, limits } });
  ann = parley.discord.addUser("Ann");
  mod = parley.discord.addUser("Mod", { permissions: 1n << 4n });
  await parley.discord.until(() => parley.discord.commands.length > 0);
};

afterEach(async () => {
  const { problems, rateLimited } = parley.discord;
  await parley.stop();
  expect(problems).toEqual([]);
  expect(rateLimited).toEqual([]);
});

const named = (kind: Mark["kind"], id: string | undefined): AccessEntry => [{ kind, id: id ?? "" }];
const mention = (text: string) => `<@${parley.discord.botId}> ${text}`;
const texts = (channel: string) => parley.discord.messages(channel).map(({ content }) => content);
const refusal = withAside("", sentences.refusals.notAllowed);
const greeting = "Hello! How can I help?";

/** What the bot said where it was mentioned: in a thread of the message, or below it. */
async function asks(by: UserRecord, text = "Hi", channel: { readonly id: string } = parley.discord.channel) {
  const { discord } = parley;
  const said = discord.say({ in: channel, by, text: mention(text) });
  const heard = () => [...discord.messages(said.id), ...discord.messages(channel.id)].filter(isReply);
  const isReply = ({ authorId, replyTo, channelId, content }: typeof said) =>
    authorId === discord.botId &&
    content !== "" &&
    !content.includes("▌") &&
    (channelId === said.id || replyTo === said.id);
  await discord.until(() => heard().length > 0);
  return heard()[0]?.content;
}

describe("with lists of who may talk", () => {
  beforeEach(() => start());

  test("a member who is denied is told so below their mention, and no thread is started", async () => {
    deny.push(named("user", ann.id));
    expect(await asks(ann)).toBe(refusal);
    expect(parley.discord.threads(parley.discord.channel)).toEqual([]);
    expect(await asks(mod)).toBe(greeting);
    expect(parley.ai.requests).toHaveLength(1);
  });

  test("a role lets its members in, also in threads, and by commands", async () => {
    const { discord } = parley;
    allow.push(named("role", mod.roleIds[0]));
    expect(await asks(ann)).toBe(refusal);
    expect(await asks(mod)).toBe(greeting);
    const [thread] = discord.threads(discord.channel);
    discord.say({ in: thread?.id ?? "", by: mod, text: "More" });
    await discord.until(() => texts(thread?.id ?? "").filter((text) => text === greeting).length === 2);
    const shown = discord.slash({ in: discord.channel, by: mod, name: "persona", subcommand: "show" });
    await discord.until(() => shown.messages.some(({ content }) => content !== ""));
    expect(shown.messages.at(-1)?.content).toContain("Assistant");
  });

  test("a channel's entry holds in its threads", async () => {
    const { discord } = parley;
    const other = discord.addChannel({ name: "other" });
    deny.push(named("channel", other.id));
    const thread = discord.openThread({ in: other, name: "Aside" });
    discord.say({ in: thread, by: ann, text: mention("Hi") });
    await discord.until(() => texts(thread.id).includes(refusal));
    expect(await asks(ann)).toBe(greeting);
  });

  test.each([
    ["persona", "set", { persona: "pirate" }],
    ["ask", undefined, { question: "Hi?" }],
    ["reset", undefined, {}],
    ["help", undefined, {}],
  ])("/%s %s of somebody who is denied is refused for their eyes alone", async (name, subcommand, options) => {
    const { discord } = parley;
    deny.push(named("user", ann.id));
    const command = { in: discord.channel, by: ann, name, options };
    const used = discord.slash(subcommand === undefined ? command : { ...command, subcommand });
    await discord.until(() => used.messages.some(({ content }) => content !== ""));
    expect([used.ephemeral, used.messages.at(-1)?.content]).toEqual([true, refusal]);
    expect(parley.ai.requests).toEqual([]);
  });

  test("other bots, webhooks and the bot's own second instance are never answered", async () => {
    const { discord } = parley;
    const robot = discord.addUser("Robot", { bot: true });
    discord.say({ in: discord.channel, by: robot, text: mention("Hi") });
    discord.say({ in: discord.channel, webhook: true, text: mention("Hi") });
    discord.say({ in: discord.channel, by: discord.botId, text: mention("Hi") });
    expect(await asks(ann)).toBe(greeting);
    const [thread] = discord.threads(discord.channel);
    for (const by of [robot, discord.botId]) discord.say({ in: thread?.id ?? "", by, text: "Hi there" });
    discord.say({ in: thread?.id ?? "", webhook: true, text: "Hi there" });
    expect(await asks(ann, "Again")).toBe(greeting);
    expect(parley.ai.requests).toHaveLength(2);
  });
});

test("tokens are booked as the server counted them", async () => {
  await start({ user: { tokens: 5_000 } });
  parley.ai.replies({ text: "Long", usage: { prompt_tokens: 3_000, completion_tokens: 1_500 } }, {});
  expect(await asks(ann)).toBe("Long");
  expect(await asks(ann)).toContain("daily limit of 5,000 tokens");
  expect(await asks(mod)).toBe(greeting);
});
