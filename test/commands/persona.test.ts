import { describe, expect, test } from "vitest";
import { presets } from "../../src/choices/presets.ts";
import { commandNamed } from "../../src/commands/catalog.ts";
import type { CommandParts } from "../../src/commands/command.ts";
import { maxPersonaLength } from "../../src/commands/persona.ts";
import { channelId, type Place, type Scope, serverId, threadId } from "../../src/port/index.ts";
import { ada, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { openBot } from "../support/open-bot.ts";

const everyScope: readonly Scope[] = ["thread", "channel", "server"];
const thread = placeOf({ authority: everyScope });
const siblingThread = { ...thread, thread: threadId("test:sibling") };
const otherChannel = { ...siblingThread, thread: threadId("test:far"), channel: channelId("test:other") };
const otherServer = { ...otherChannel, thread: threadId("test:away"), channel: channelId("test:away") };
const abroad = { ...otherServer, server: serverId("test:abroad") };
const channel = placeOf({ kind: "channel", authority: everyScope });
const fresh = placeOf({ kind: "new-thread", authority: everyScope });
const direct = directPlace();

async function openCommands() {
  const { core } = await openBot();
  const { personas } = core;
  const exclusive: CommandParts["exclusive"] = (_, task) => task();
  const parts = { ...core, exclusive, stops: { answers: async () => 0, waiting: () => async () => 0 } };
  const run = async (name: string, place: Place, options: Readonly<Record<string, string>> = {}) => {
    const answer = (await commandNamed(name)?.run({ place, author: ada, options, parts })) ?? "";
    if (typeof answer === "string") return answer;
    if ("text" in answer) return answer.text;
    return "alreadyVisible" in answer ? answer.alreadyVisible : answer.refused;
  };
  return {
    set: (persona: string, place: Place, scope?: Scope) =>
      run("persona set", place, { persona, ...(scope === undefined ? {} : { scope }) }),
    reset: (place: Place, scope?: Scope) => run("persona reset", place, scope === undefined ? {} : { scope }),
    show: (place: Place) => run("persona show", place),
    list: (place: Place) => run("persona list", place),
    title: async (place: Place) => (await personas.at(place)).persona.title,
  };
}

describe("persona set", () => {
  test("chooses a persona from the list for the thread, and says so", async () => {
    const { set, title } = await openCommands();
    expect(await set("pirate", thread)).toBe("In this thread I now speak as **Pirate**.");
    expect([await title(thread), await title(siblingThread)]).toEqual(["Pirate", "Assistant"]);
  });

  test("knows a name in any case and with space around it", async () => {
    const { set, title } = await openCommands();
    await set("  PiRaTe ", thread);
    expect(await title(thread)).toBe("Pirate");
  });

  test("takes a text of one's own and repeats it in short", async () => {
    const { set, show } = await openCommands();
    expect(await set("You are a cat.", thread)).toBe(
      "In this thread I now speak as **a custom persona**: “You are a cat.”.",
    );
    expect(await show(thread)).toBe("I speak as **a custom persona** (set for this thread).\n> You are a cat.");
  });

  test("called without a persona asks for one and changes nothing", async () => {
    const { set, title } = await openCommands();
    expect(await set(" ", thread)).toContain("Which persona?");
    expect(await title(thread)).toBe("Assistant");
  });

  test("does not know a name that is not in the list, and says which ones are", async () => {
    const { set, title } = await openCommands();
    const answer = await set("nobody", thread);
    expect(answer).toContain("There is no persona called “nobody”");
    for (const { name } of presets) expect(answer).toContain(`\`${name}\``);
    expect(await title(thread)).toBe("Assistant");
  });

  test("takes a text of the greatest length and refuses one that is longer, with its length", async () => {
    const { set, title } = await openCommands();
    const longest = `You are ${"x".repeat(maxPersonaLength - 8)}`;
    expect(await set(`${longest}y`, thread)).toBe(
      "That text has 4,001 characters; a persona can have 4,000. Nothing was changed.",
    );
    expect(await title(thread)).toBe("Assistant");
    await set(longest, thread);
    expect(await title(thread)).toBe("a custom persona");
  });

  test("said in a channel is for the channel, in a direct conversation for that conversation", async () => {
    const { set, title } = await openCommands();
    expect(await set("pirate", channel)).toContain("In this channel");
    expect(await set("teacher", fresh)).toContain("In this channel");
    expect(await title(thread)).toBe("Teacher");
    expect(await set("editor", direct)).toContain("In this conversation");
    expect(await title(direct)).toBe("Editor");
  });

  test("said where direct conversations begin is for all of them, and inside one for that one", async () => {
    const { set, title } = await openCommands();
    const places = directPlace({ channel: channelId("test:dm"), authority: ["thread", "channel"] });
    const inbox = { ...places, thread: threadId("test:dm:1"), isInbox: true as const };
    const inside = { ...places, thread: threadId("test:dm:2") };
    expect(await set("pirate", inbox)).toContain("In our direct messages");
    expect(await title(inside)).toBe("Pirate");
    expect(await set("teacher", inside)).toContain("In this conversation");
    expect([await title(inside), await title(inbox)]).toEqual(["Teacher", "Pirate"]);
  });
});

describe("a word before the persona says where it applies", () => {
  const workspace = { ...thread, serverNoun: "workspace" };

  test.each([
    ["channel pirate", thread, "In this channel I now speak as **Pirate**."],
    ["Channel: You are a baker", thread, "In this channel I now speak as **a custom persona**: “You are a baker”."],
    ["server : You are a baker", thread, "In this server I now speak as **a custom persona**: “You are a baker”."],
    ["workspace pirate", workspace, "In this workspace I now speak as **Pirate**."],
    ["thread: channel hopping", thread, "In this thread I now speak as **a custom persona**: “channel hopping”."],
    ["channel: thread weaver", channel, "In this channel I now speak as **a custom persona**: “thread weaver”."],
    ["channel's host", thread, "In this thread I now speak as **a custom persona**: “channel's host”."],
    ["channel-hopping host", thread, "In this thread I now speak as **a custom persona**: “channel-hopping host”."],
  ])("%s", async (text, place, answer) => {
    const { set } = await openCommands();
    expect(await set(text, place)).toBe(answer);
  });

  test.each([
    ["channel You are a baker", thread, "channel", "thread: channel"],
    ["Server admin who helps", thread, "server", "thread: server"],
    ["thread of a novel", channel, "thread", "channel: thread"],
    ["workspace admin who helps", workspace, "workspace", "thread: workspace"],
    ["channel nobody", direct, "channel", "thread: channel"],
  ])("without a colon “%s” may be meant in two ways, so nothing is changed", async (text, place, word, both) => {
    const { set, title } = await openCommands();
    const answer = await set(text, place);
    expect(answer).toContain(`\`persona set ${word}: …\``);
    expect(answer).toContain(`\`persona set ${both} …\``);
    expect(await title(place)).toBe("Assistant");
  });

  test.each(["channel", "channel:", "thread : "])("“%s” alone asks for the persona", async (text) => {
    const { set, title } = await openCommands();
    expect(await set(text, thread)).toContain("Which persona?");
    expect(await title(thread)).toBe("Assistant");
  });

  test("a text beside a scope of its own is taken as it is", async () => {
    const { set } = await openCommands();
    expect(await set("server admin who helps", thread, "channel")).toContain("“server admin who helps”");
  });

  test("the person alone is told that a text is unclear", async () => {
    const bot = await openBot();
    const whispers: string[] = [];
    bot.surface.respondPrivately = async (markdown) => void whispers.push(markdown);
    await bot.receive(messageOf("persona set channel You are a baker", { place: thread }), bot.surface);
    expect(whispers.join()).toContain("`persona set thread: channel …`");
    expect(bot.surface.responses).toEqual([]);
  });
});

describe("how far a choice reaches", () => {
  test("the thread's goes before the channel's before the server's before the default", async () => {
    const { set, title } = await openCommands();
    const titles = () => Promise.all([thread, siblingThread, otherChannel, abroad].map(title));
    await set("pirate", thread, "server");
    expect(await titles()).toEqual(["Pirate", "Pirate", "Pirate", "Assistant"]);
    await set("teacher", thread, "channel");
    expect(await titles()).toEqual(["Teacher", "Teacher", "Pirate", "Assistant"]);
    await set("editor", thread, "thread");
    expect(await titles()).toEqual(["Editor", "Teacher", "Pirate", "Assistant"]);
  });

  test("a narrower choice wins also when the wider one is made later", async () => {
    const { set, title } = await openCommands();
    await set("editor", thread, "thread");
    await set("pirate", thread, "server");
    expect(await title(thread)).toBe("Editor");
  });

  test("taking one back gives way to the next wider one, and says who speaks now", async () => {
    const { set, reset } = await openCommands();
    await set("pirate", thread, "server");
    await set("editor", thread, "thread");
    expect(await reset(thread)).toBe("The persona of this thread is removed. Here I now speak as **Pirate**.");
    expect(await reset(thread, "server")).toBe(
      "The persona of this server is removed. Here I now speak as **Assistant**.",
    );
  });

  test("taking back what was never chosen says so", async () => {
    const { set, reset } = await openCommands();
    await set("pirate", thread, "server");
    expect(await reset(thread)).toBe("No persona was set for this thread. I speak as **Pirate** here.");
  });
});

describe("who may choose", () => {
  const member = placeOf({ authority: ["thread"] });

  test.each([
    ["channel", "manage this channel"],
    ["server", "manage this server"],
  ] as const)("the %s's persona is changed only by those with the right to it", async (scope, right) => {
    const { set, reset, title } = await openCommands();
    expect(await set("pirate", member, scope)).toContain(`Only people who may ${right}`);
    expect(await title(member)).toBe("Assistant");
    await set("pirate", thread, scope);
    expect(await reset(member, scope)).toContain(`Only people who may ${right}`);
    expect(await title(member)).toBe("Pirate");
  });

  test("a thread's persona is changed by anyone in it", async () => {
    const { set, reset, title } = await openCommands();
    await set("pirate", member);
    expect(await title(member)).toBe("Pirate");
    await reset(member);
    expect(await title(member)).toBe("Assistant");
  });

  test("in a channel, those without the right are shown the way: a thread", async () => {
    const { set } = await openCommands();
    expect(await set("pirate", placeOf({ kind: "channel", authority: ["thread"] }))).toContain("Inside a thread");
  });

  test("a thread cannot be chosen for where there is none, nor a server", async () => {
    const { set } = await openCommands();
    expect(await set("pirate", channel, "thread")).toContain("This is not a thread.");
    expect(await set("pirate", fresh, "thread")).toContain("This is not a thread.");
    expect(await set("pirate", { ...direct, authority: everyScope }, "server")).toContain(
      "A direct message has no server",
    );
  });
});

describe("persona show", () => {
  test("says where the choice was made", async () => {
    const { set, show } = await openCommands();
    expect(await show(thread)).toMatch(/^I speak as \*\*Assistant\*\* \(the default\)\.\n> You are a helpful/);
    await set("pirate", thread, "server");
    expect(await show(thread)).toContain("(set for this server)");
    await set("pirate", thread, "channel");
    expect(await show(thread)).toContain("(set for this channel)");
    await set("pirate", direct);
    expect(await show(direct)).toContain("(set for this conversation)");
  });

  test("quotes every line of the text", async () => {
    const { set, show } = await openCommands();
    await set("You are a cat.\n\nMeow.", thread);
    expect(await show(thread)).toContain("\n> You are a cat.\n> \n> Meow.");
  });
});

test("persona list names every persona with what it is, and marks the one that speaks", async () => {
  const { set, list } = await openCommands();
  await set("pirate", thread);
  const lines = (await list(thread)).split("\n");
  for (const { name, summary } of presets) {
    expect(lines).toContain(`- \`${name}\`${name === "pirate" ? " (now)" : ""}: ${summary}`);
  }
});
