import { expect, test } from "vitest";
import { openWorld } from "./on-discord.ts";

test("killed in mid-answer, it has kept the question, goes on in the thread and answers a redelivery no second time", async () => {
  const { discord, ai, start, texts, mention } = await openWorld();
  const gate = Promise.withResolvers<void>();
  ai.replies(
    { text: ["Blue ", "whales", " are big."], holdAfter: { deltas: 2, until: gate.promise } },
    { text: "As I said." },
  );
  const first = await start();
  const question = discord.say({ in: discord.channel, text: mention("Tell me of whales") });
  await discord.until(() => texts(question.id).some((text) => text.startsWith("Blue whales")));
  first.kill("SIGKILL");
  expect(await first.exit()).toBe("SIGKILL");

  await start();
  discord.say({ in: discord.channel, text: question.content, messageId: question.id });
  discord.say({ in: question.id, text: "And dolphins?" });
  await discord.until(() => texts(question.id).includes("As I said."));
  const asked =
    ai.requests
      .at(-1)
      ?.messages.map(({ content }) => content)
      .join("\n") ?? "";
  expect(asked.match(/Tell me of whales/g)).toHaveLength(1);
  expect(asked).toContain("And dolphins?");
  expect(ai.requests).toHaveLength(2);
  gate.resolve();
});

test("told to end in mid-answer, it leaves what was written with a notice, and remembers it", async () => {
  const { discord, ai, start, texts, mention } = await openWorld();
  const gate = Promise.withResolvers<void>();
  ai.replies(
    { text: ["Blue ", "whales", " are big."], holdAfter: { deltas: 2, until: gate.promise } },
    { text: "are big." },
  );
  const first = await start();
  const question = discord.say({ in: discord.channel, text: mention("Tell me of whales") });
  await discord.until(() => texts(question.id).some((text) => text.startsWith("Blue whales")));
  first.kill("SIGTERM");
  expect(await first.exit()).toBe(0);
  expect(texts(question.id)).toEqual([
    "Blue whales\n\n_⚠️ I was shut down while writing this. Say “go on” when I am back._",
  ]);

  await start();
  discord.say({ in: question.id, text: "go on" });
  await discord.until(() => texts(question.id).includes("are big."));
  expect(ai.requests.at(-1)?.messages).toContainEqual({ role: "assistant", content: "Blue whales" });
  gate.resolve();
});

test("told to end while questions wait their turn, it answers none of them halfway and keeps them all", async () => {
  const { discord, ai, start, texts, mention } = await openWorld();
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: ["Blue ", "whales", " are big."], holdAfter: { deltas: 2, until: gate.promise } });
  const first = await start();
  const question = discord.say({ in: discord.channel, text: mention("Tell me of whales") });
  await discord.until(() => texts(question.id).some((text) => text.startsWith("Blue whales")));
  discord.say({ in: question.id, text: "And of dolphins" });
  discord.say({ in: question.id, text: "And of seals" });
  const last = discord.say({ in: discord.channel, text: mention("They are read by now") });
  await discord.until(() => texts(last.id).some((text) => text.startsWith("Blue whales")));
  first.kill("SIGTERM");
  expect(await first.exit()).toBe(0);
  expect(texts(question.id).filter((text) => text.includes("▌"))).toEqual([]);

  ai.replies({ text: "I am back." });
  await start();
  discord.say({ in: question.id, text: "go on" });
  await discord.until(() => texts(question.id).includes("I am back."));
  const asked = JSON.stringify(ai.requests.at(-1)?.messages);
  for (const text of ["Tell me of whales", "And of dolphins", "And of seals"]) expect(asked).toContain(text);
  gate.resolve();
});
