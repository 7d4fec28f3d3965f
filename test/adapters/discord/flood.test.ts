import { expect, onTestFinished, test } from "vitest";
import { fullNotice } from "../../../src/reply/refusal-notices.ts";
import { startParley } from "../../support/parley.ts";

test("300 questions of one person in fifty threads: three are asked at once, the person is told, another one is answered", async () => {
  const parley = await startParley();
  onTestFinished(() => parley.stop());
  const { discord, ai } = parley;
  const held = Promise.withResolvers<void>();
  ai.replyTo(({ messages }) =>
    messages.at(-1)?.content.includes("Mine") ? { text: "Yours." } : { text: "Theirs.", hold: held.promise },
  );
  const [ann, bob] = [discord.addUser("Ann"), discord.addUser("Bob")];
  const threads = Array.from({ length: 50 }, (_, at) =>
    discord.openThread({ in: discord.channel, name: `thread ${at}` }),
  );
  const ask = (by: typeof ann, at: number, text: string) =>
    discord.say({ in: threads[at % 50]?.id ?? "", by, text: `<@${discord.botId}> ${text}` });
  for (let at = 0; at < 300; at++) ask(ann, at, `Question ${at}`);
  const own = (at: number) =>
    discord.messages(threads[at]?.id ?? "").filter(({ authorId }) => authorId === discord.botId);
  await ai.until(() => ai.requests.length >= 3);
  ask(bob, 10, "Mine");
  await discord.until(() => own(10).some(({ content }) => content === "Yours."));
  expect(ai.requests).toHaveLength(4);
  const all = () => threads.flatMap((_, at) => own(at).map(({ content }) => content));
  expect(all().filter((content) => content.includes(fullNotice("person")))).toHaveLength(1);
  held.resolve();
  // Twenty wait. Those that are asked leave room for as many, if they leave before the last has come.
  const theirs = () => all().filter((content) => content === "Theirs.").length;
  await discord.until(() => theirs() >= 20 && theirs() === ai.requests.length - 1);
  expect(theirs()).toBeLessThanOrEqual(23);
}, 60_000);
