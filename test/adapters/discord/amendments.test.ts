import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { threadId } from "../../../src/port/index.ts";
import type { MessageRecord } from "../../emulators/discord/records.ts";
import { type Parley, type ParleyOptions, startParley } from "../../support/parley.ts";

let parley: Parley;
const start = async (options?: ParleyOptions) => {
  parley = await startParley(options);
};

beforeEach(() => start());
afterEach(async () => {
  const { problems, rateLimited } = parley.discord;
  await parley.stop();
  expect(problems).toEqual([]);
  expect(rateLimited).toEqual([]);
});

const mention = (text: string) => `<@${parley.discord.botId}> ${text}`;
const texts = (channel: string) => parley.discord.messages(channel).map(({ content }) => content);
const own = (channel: string) =>
  parley.discord.messages(channel).filter(({ authorId }) => authorId === parley.discord.botId);
const asks = (text: string) => parley.discord.say({ in: parley.discord.channel, text: mention(text) });
/** Resolves when the answer stands and is stored. */
const shows = async ({ id }: Pick<MessageRecord, "id">, text: string, thread = id) => {
  await parley.discord.until(() => texts(id).includes(text));
  const stored = async () => (await parley.store.open(threadId(`discord:${thread}`))).turns.map((turn) => turn.text);
  await vi.waitFor(async () => expect((await stored()).join("\n")).toContain(text));
};
const lastPrompt = () => parley.ai.requests.at(-1)?.messages ?? [];
/** Whatever was done before has had its effect: a later question in the same thread has its answer. */
const passes = async (thread: string) => {
  parley.ai.replies({ text: "Still here." });
  parley.discord.say({ in: thread, text: mention("Are you there?") });
  await parley.discord.until(() => texts(thread).at(-1) === "Still here.");
};

/** The bot has heard that its requests were carried out: an answer takes longer than an event on a socket that is open. */
const confirmed = async () => {
  for (let hop = 0; hop < 3; hop++) await (await fetch(`${parley.discord.apiUrl}/v10/gateway`)).arrayBuffer();
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

describe("a question that is edited", () => {
  test("long after it left the cache is answered anew all the same", async () => {
    const { discord, ai } = parley;
    ai.replies({ text: "Rome." }, { text: "Paris." });
    const question = asks("Capital of Italy?");
    await shows(question, "Rome.");
    for (let count = 0; count < 25; count++) discord.say({ in: discord.channel, text: `Other talk ${count}` });
    discord.edit(question.id, mention("Capital of France?"));
    await shows(question, "Paris.");
  });

  test("so that its answer becomes shorter loses the messages and files that are too many", async () => {
    const { discord, ai } = parley;
    const code = `Look:\n\n\`\`\`js\n${"let line = 1;\n".repeat(400)}\`\`\`\n\n${"And more words. ".repeat(300)}`;
    ai.replies({ text: code }, { text: "Short." });
    const question = asks("Long, please");
    await discord.until(() => own(question.id).length > 2 && ai.requests[0]?.closed === true);
    await discord.until(() => own(question.id).some(({ files }) => files.length > 0));
    await discord.until(() =>
      own(question.id).every(({ components, content }) => components.length === 0 && !content.includes("▌")),
    );
    discord.edit(question.id, mention("Short, please"));
    await discord.until(() => texts(question.id).join() === ",Short." || texts(question.id).join() === "Short.");
    expect(own(question.id).map(({ content, files }) => [content, files.length])).toEqual([["Short.", 0]]);
    await passes(question.id);
  });

  test("loses the file under the message that its new answer is written over", async () => {
    const { discord, ai } = parley;
    const wide = "wide ".repeat(40);
    ai.replies({ text: `| a | b |\n| - | - |\n| ${wide} | ${wide} |\n` }, { text: "Short." });
    const question = asks("A table, please");
    await discord.until(() => own(question.id).some(({ files }) => files.length > 0));
    await vi.waitFor(async () =>
      expect((await parley.store.open(threadId(`discord:${question.id}`))).turns).toHaveLength(2),
    );
    const [first] = own(question.id);
    expect(first?.files).toHaveLength(1);
    discord.edit(question.id, mention("Short, please"));
    await shows(question, "Short.");
    expect(own(question.id).map(({ id, files }) => [id, files.length])).toEqual([[first?.id, 0]]);
  });

  test("so that it names the bot is a new question, and one that does not is left alone", async () => {
    const { discord, ai } = parley;
    const forgotten = discord.say({ in: discord.channel, text: "What is 2+2?" });
    const other = discord.say({ in: discord.channel, text: "Lunch?" });
    ai.replies({ text: "Four." });
    discord.edit(other.id, "Lunch at one?");
    discord.edit(forgotten.id, mention("What is 2+2?"));
    await shows(forgotten, "Four.");
    await passes(forgotten.id);
    expect(ai.requests).toHaveLength(2);
    expect(texts(other.id)).toEqual([]);
  });

  test("and loses its mention keeps its thread, and is answered anew there", async () => {
    const { discord, ai } = parley;
    ai.replies({ text: "Rome." }, { text: "Paris." });
    const question = asks("Capital of Italy?");
    await shows(question, "Rome.");
    discord.edit(question.id, "Capital of France?");
    await shows(question, "Paris.");
    expect(own(question.id)).toHaveLength(1);
  });

  test("that was a command is not run again", async () => {
    const { discord, ai } = parley;
    const command = asks("persona pirate");
    await discord.until(() => own(discord.channel.id).length + own(command.id).length > 0);
    discord.edit(command.id, mention("persona chef"));
    const question = asks("Hello");
    ai.replies({ text: "Arr." });
    await shows(question, "Arr.");
    await parley.discord.until(() => texts(question.id).length > 0);
    expect([...own(discord.channel.id), ...own(command.id)]).toHaveLength(1);
  });
});

describe("what is no edit", () => {
  test("a preview, a thread's sign, the bot's own edits: none is read as one", async () => {
    const { discord, ai } = parley;
    ai.replies({ text: "See the page." });
    const question = asks("See https://example.org");
    await shows(question, "See the page.");
    discord.preview(question.id);
    discord.edit(question.id, question.content);
    await passes(question.id);
    expect(ai.requests).toHaveLength(2);
    expect(own(question.id)).toHaveLength(2);
  });

  test("words that Discord withholds are not taken for deleted", async () => {
    await parley.stop();
    await start({ discord: { messageContent: false } });
    const { discord, ai } = parley;
    ai.replies({ text: "Noted." });
    const question = asks("My colour is blue.");
    await shows(question, "Noted.");
    discord.edit(question.id, "My colour is red.");
    await passes(question.id);
    expect(JSON.stringify(lastPrompt())).toContain("blue");
  });
});

describe("a question that is deleted", () => {
  test("while it is answered takes the answer with it, and leaves nothing in the memory", async () => {
    const { discord, ai } = parley;
    const gate = hold("Half an answer to it.");
    const opening = asks("Hello");
    await discord.until(() => own(opening.id).length > 0);
    gate.resolve();
    await shows(opening, "Half an answer to it.");
    const second = hold("Another half of one.");
    const question = discord.say({ in: opening.id, text: "What is a cat?" });
    await discord.until(() => own(opening.id).length > 1);
    discord.delete(question.id);
    await discord.until(() => own(opening.id).length === 1);
    second.resolve();
    await passes(opening.id);
    expect(JSON.stringify(lastPrompt())).not.toMatch(/cat|Another/);
    expect(ai.requests[1]?.closed).toBe(true);
  });

  test("while it waits is not answered", async () => {
    const { discord, ai } = parley;
    const gate = hold("First answer.");
    const question = asks("First?");
    await discord.until(() => own(question.id).length > 0);
    const waiting = discord.say({ in: question.id, text: "What is a cat?" });
    discord.delete(waiting.id);
    gate.resolve();
    await shows(question, "First answer.");
    await passes(question.id);
    expect(ai.requests).toHaveLength(2);
    expect(JSON.stringify(lastPrompt())).not.toContain("cat");
  });

  test("after its answer leaves the history, and the answer stays with the sign that its question is gone", async () => {
    const { discord, ai } = parley;
    ai.replies({ text: "Noted." });
    const question = asks("My cat is called Tom.");
    await shows(question, "Noted.");
    discord.delete(question.id);
    await passes(question.id);
    expect(JSON.stringify(lastPrompt())).not.toContain("Tom");
    expect(lastPrompt().slice(1, 3)).toEqual([
      { role: "user", content: "(What you answer here was deleted by the person who had said it.)" },
      { role: "assistant", content: "Noted." },
    ]);
    expect(texts(question.id)).toContain("Noted.");
  });

  test("with many others in a purge leaves the history too", async () => {
    const { discord, ai } = parley;
    ai.replies({ text: "Noted." }, { text: "That too." });
    const question = asks("My cat is called Tom.");
    await shows(question, "Noted.");
    const more = discord.say({ in: question.id, text: "My dog is called Rex." });
    await shows(question, "That too.");
    discord.deleteAll([more, ...own(question.id)]);
    await passes(question.id);
    expect(JSON.stringify(lastPrompt())).toContain("Tom");
    expect(JSON.stringify(lastPrompt())).not.toMatch(/Rex|Noted|That too/);
  });
});

describe("an answer that somebody takes away", () => {
  test("while it is written ends without a word, and is not written again", async () => {
    const { discord, ai } = parley;
    const gate = hold("A bad thing to say, and more of it.");
    const question = asks("Say something");
    await discord.until(() => own(question.id).length > 0);
    await confirmed();
    discord.delete(own(question.id)[0]?.id ?? "");
    await ai.until(() => ai.requests[0]?.closed === true);
    gate.resolve();
    await passes(question.id);
    expect(own(question.id).map(({ content }) => content)).toEqual(["Still here."]);
    expect(JSON.stringify(lastPrompt())).not.toContain("bad thing");
    expect(JSON.stringify(lastPrompt())).toContain("Your answer to this was taken away");
  });

  test("when it is whole is not shown to the model any more, nor written again when the question is edited", async () => {
    const { discord, ai } = parley;
    ai.replies({ text: "A bad thing." });
    const question = asks("Say something");
    await shows(question, "A bad thing.");
    discord.delete(own(question.id)[0]?.id ?? "");
    discord.edit(question.id, mention("Say anything"));
    await passes(question.id);
    expect(ai.requests).toHaveLength(2);
    expect(JSON.stringify(lastPrompt())).not.toContain("A bad thing");
    expect(JSON.stringify(lastPrompt())).toContain("Say anything");
  });

  test("with the whole thread, or the channel, ends quietly", async () => {
    const { discord, ai } = parley;
    for (const [count, which] of ["thread", "channel"].entries()) {
      const channel = discord.addChannel({ name: `doomed ${which}` });
      const gate = Promise.withResolvers<void>();
      ai.replies({ text: "Half an answer, and then the rest.", holdAfter: { deltas: 1, until: gate.promise } });
      const question = discord.say({ in: channel, text: mention("Tell me") });
      await discord.until(() => own(question.id).length > 0);
      await confirmed();
      discord.deleteChannel(which === "thread" ? question.id : channel);
      gate.resolve();
      await ai.until(() => ai.requests.at(-1)?.closed === true);
      await vi.waitFor(() => expect(parley.log.text().split("deleted while it was written")).toHaveLength(count + 2));
      expect(texts(channel.id).filter((text) => text !== question.content)).toEqual([]);
    }
  });
});
