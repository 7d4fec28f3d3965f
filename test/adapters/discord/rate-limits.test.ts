import { afterEach, expect, test } from "vitest";
import { type Parley, type ParleyOptions, startParley } from "../../support/parley.ts";
import { createQuickClock } from "../../support/quick-clock.ts";

let parley: Parley;
const start = async (options?: ParleyOptions) => {
  parley = await startParley({ time: createQuickClock(1), ...options });
};

afterEach(async () => {
  const { problems } = parley.discord;
  await parley.stop();
  expect(problems).toEqual([]);
});

const editing = "PATCH /channels/:channel/messages/:message";
const words = (count: number) =>
  Array.from({ length: count }, (_, index) => `w${index + 100} `)
    .join("")
    .trimEnd();
const shown = (thread: string) =>
  parley.discord
    .messages(thread)
    .map(({ content }) => content)
    .join("");
const ask = (channel = parley.discord.channel, by = parley.discord.someone) =>
  parley.discord.say({ in: channel, by, text: `<@${parley.discord.botId}> Tell` }).id;
const editsIn = (channel: string) =>
  parley.discord.requests.filter(({ method, path }) => method === "PATCH" && path.includes(`/${channel}/messages/`));

test("a limit that is lower than usual is learned from the answers, and never broken", async () => {
  await start({ discord: { latencyMs: 20, rates: { [editing]: [2, 750] } } });
  const { discord, ai } = parley;
  ai.replies({ text: words(200), tokensPerSecond: 100 }, { text: words(100), tokensPerSecond: 100 });
  const first = ask();
  await discord.until(() => shown(first) === words(200));
  const second = ask();
  await discord.until(() => shown(second) === words(100));
  expect(discord.rateLimited).toEqual([]);
  expect(editsIn(first).length).toBeGreaterThan(3);
});

test("a limit that is higher than usual is learned too, and used", async () => {
  await start({ discord: { latencyMs: 20, rates: { [editing]: [10, 1_000] } } });
  const { discord, ai } = parley;
  ai.replies({ text: words(150), tokensPerSecond: 100 }, { text: words(150), tokensPerSecond: 100 });
  const first = ask();
  await discord.until(() => shown(first) === words(150));
  const second = ask();
  await discord.until(() => shown(second) === words(150));
  expect(editsIn(second).length).toBeGreaterThan(8); // with five in five seconds there would be two
  expect(discord.rateLimited).toEqual([]);
});

test("a refusal that no answer announced is obeyed, and the answer comes whole", async () => {
  await start({ discord: { rates: {} } });
  const { discord, ai } = parley;
  ai.replies({ text: words(100), tokensPerSecond: 50 });
  discord.fail({
    method: "PATCH",
    route: /\/messages\/\d+$/,
    status: 429,
    headers: { "X-RateLimit-Scope": "shared" },
  });
  const question = ask();
  await discord.until(() => shown(question) === words(100));
  const [refused, next] = editsIn(question);
  expect(refused?.status).toBe(429);
  expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(990); // by a clock that ticks
});

test("sixty answers at once break neither a channel's limit nor that of all requests together", async () => {
  await start({ discord: { latencyMs: 30, rates: {} } });
  const { discord, ai } = parley;
  ai.replyTo(() => ({ text: words(120), tokensPerSecond: 40 }));
  const people = Array.from({ length: 20 }, (_, at) => discord.addUser(`person-${at}`));
  const questions = Array.from({ length: 60 }, (_, at) => ask(discord.addChannel(), people[at % 20]));
  await discord.until(() => questions.every((question) => shown(question) === words(120)));
  expect(discord.rateLimited).toEqual([]);
});
