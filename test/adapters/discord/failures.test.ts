import { afterEach, expect, test, vi } from "vitest";
import { StoreError } from "../../../src/store/conversation-store.ts";
import type { Script } from "../../emulators/openai/openai-emulator.ts";
import { type Parley, type ParleyOptions, startParley } from "../../support/parley.ts";

let parley: Parley;
const start = async (options?: ParleyOptions) => {
  parley = await startParley(options);
};

afterEach(async () => {
  const { problems, rateLimited } = parley.discord;
  await parley.stop();
  expect(problems).toEqual([]);
  expect(rateLimited.length).toBeLessThanOrEqual(unannounced);
  unannounced = 0;
});

/** 429s that no header could announce, because the answers that would have held it were lost. */
let unannounced = 0;

const permission = { sendMessages: 1n << 11n, createPublicThreads: 1n << 35n, sendInThreads: 1n << 38n };
const mention = (text: string) => `<@${parley.discord.botId}> ${text}`;
const texts = (channel: string) => parley.discord.messages(channel).map(({ content }) => content);
const whole = (channel: string) => texts(channel).at(-1)?.includes("▌") === false;

test("where it may not start threads the answer comes in the channel, and the log says what to change", async () => {
  await start();
  const { discord, ai, log } = parley;
  const channel = discord.addChannel({ deny: permission.createPublicThreads });
  ai.replies({ text: "Here then." });
  const question = discord.say({ in: channel, text: mention("Hello?") });
  await discord.until(() => texts(channel.id).includes("Here then."));
  expect(discord.messages(channel.id).at(-1)?.replyTo).toBe(question.id);
  expect(log.text()).toContain("Create Public Threads");
});

test("where it may not speak, the log says what to change, the model is not left running, and the next channel works", async () => {
  await start();
  const { discord, ai, log } = parley;
  const channel = discord.addChannel({
    deny: permission.sendMessages | permission.sendInThreads | permission.createPublicThreads,
  });
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: ["One ", "two"], holdAfter: { deltas: 1, until: gate.promise } }, { text: "Fine." });
  discord.say({ in: channel, text: mention("Hello?") });
  await ai.until(() => ai.requests[0]?.aborted === true);
  const question = discord.say({ in: discord.channel, text: mention("And here?") });
  await discord.until(() => texts(question.id).includes("Fine."));
  expect(log.text()).toContain("the bot may not write here");
  gate.resolve();
});

test("a thread archived in mid-answer is opened again and the answer ends there", async () => {
  await start();
  const { discord, ai } = parley;
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: ["Half ", "and half."], holdAfter: { deltas: 1, until: gate.promise } });
  const question = discord.say({ in: discord.channel, text: mention("Tell me") });
  await discord.until(() => texts(question.id).some((text) => text.startsWith("Half")));
  discord.archive(question.id);
  gate.resolve();
  await discord.until(() => texts(question.id).includes("Half and half."));
  expect(discord.thread(question.id)?.archived).toBe(false);
});

test("a thread locked in mid-answer: the log says so, and the memory keeps the answer", async () => {
  await start();
  const { discord, ai, log, store } = parley;
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: ["Half ", "and half."], holdAfter: { deltas: 1, until: gate.promise } });
  const question = discord.say({ in: discord.channel, text: mention("Tell me") });
  await discord.until(() => texts(question.id).some((text) => text.startsWith("Half")));
  discord.archive(question.id, { locked: true });
  gate.resolve();
  await vi.waitFor(() => expect(log.text()).toContain("the thread is locked or archived"));
  const { turns } = await store.open(`discord:${question.id}` as never);
  expect(turns.at(-1)).toMatchObject({ kind: "bot", text: "Half and half." });
});

test("a message deleted under the bot's hands is not sent again, and the model stops", async () => {
  await start();
  const { discord, ai } = parley;
  const gate = Promise.withResolvers<void>();
  ai.replies(
    { text: ["One ", "two ", "three"], holdAfter: { deltas: 2, until: gate.promise }, tokensPerSecond: 20 },
    { text: "Yes." },
  );
  const question = discord.say({ in: discord.channel, text: mention("Count") });
  await discord.until(() => texts(question.id).some((text) => text.startsWith("One")));
  discord.delete(discord.messages(question.id).at(-1)?.id ?? "");
  gate.resolve();
  const next = discord.say({ in: question.id, text: "Still there?" });
  await discord.until(() => texts(question.id).at(-1) === "Yes.");
  expect(texts(question.id)).toEqual([next.content, "Yes."]);
});

test("Discord's own faults do not cost the answer", async () => {
  await start();
  const { discord, ai } = parley;
  ai.replies({ text: "All of it, to the last word.", tokensPerSecond: 20 });
  const question = discord.say({ in: discord.channel, text: mention("Tell me") });
  await discord.until(() => texts(question.id).length > 0);
  discord.fail({
    method: "PATCH",
    route: /messages/,
    times: 2,
    status: 502,
    body: { code: 0, message: "Bad gateway" },
  });
  await discord.until(() => texts(question.id).includes("All of it, to the last word."));
});

test("a message whose sending lost its answer, however often, stands once and whole", async () => {
  await start();
  const { discord, ai } = parley;
  ai.replies({ text: ["Just ", "once."], tokensPerSecond: 50 });
  const applied = {
    method: "POST",
    route: /\/channels\/:channel\/messages$/,
    times: 4,
    status: 502,
    applied: true,
  } as const;
  discord.fail({ ...applied, body: { code: 0, message: "Bad gateway" } });
  const question = discord.say({ in: discord.channel, text: mention("Once?") });
  await discord.until(() => texts(question.id).includes("Just once."));
  expect(texts(question.id)).toEqual(["Just once."]);
  expect(discord.messages(question.id)[0]?.components).toEqual([]);
});

test("a message that stood, but could be neither confirmed nor edited for a while, is still one message", async () => {
  await start();
  const { discord, ai } = parley;
  ai.replies({ text: ["Just ", "once."], tokensPerSecond: 50 });
  unannounced = 1;
  const down = { times: 4, status: 503, body: { code: 0, message: "down" } };
  discord.fail({ ...down, method: "POST", route: /\/channels\/:channel\/messages$/, applied: true });
  discord.fail({ ...down, method: "PATCH", route: /messages/ });
  const question = discord.say({ in: discord.channel, text: mention("Once?") });
  await discord.until(() => texts(question.id).includes("Just once."));
  expect(texts(question.id)).toEqual(["Just once."]);
});

test("a second message that Discord's moderation refuses is told of, though the first is full", async () => {
  await start();
  const { discord, ai } = parley;
  const gate = Promise.withResolvers<void>();
  const text = Array.from({ length: 120 }, (_, index) => `Sentence ${index} is here. `);
  ai.replies({ text, holdAfter: { deltas: 60, until: gate.promise } });
  const question = discord.say({ in: discord.channel, text: mention("Tell me") });
  await discord.until(() => texts(question.id).length > 0);
  const body = { code: 200_000, message: "blocked" };
  discord.fail({ method: "POST", route: /\/channels\/:channel\/messages$/, status: 400, body });
  gate.resolve();
  await discord.until(() => texts(question.id).at(-1)?.includes("blocked my answer") === true);
  expect(texts(question.id).join()).not.toContain("▌");
});

test("a reply to a message of the bot that is gone by now is answered in the channel", async () => {
  await start();
  const { discord, ai } = parley;
  const asked = discord.slash({ in: discord.channel, name: "ask", options: { question: "One?" } });
  await discord.until(() => asked.messages.at(-1)?.content.endsWith("How can I help?") === true);
  const body = { code: 10_008, message: "Unknown Message" };
  discord.fail({ method: "POST", route: /threads$/, times: 9, status: 404, body });
  ai.replies({ text: "Still here." });
  discord.say({ in: discord.channel, text: "And two?", replyTo: asked.messages[0]?.id ?? "" });
  await discord.until(() => texts(discord.channel.id).some((one) => one.endsWith("Still here.")));
});

test("an interaction's answer that was refused once is not given twice", async () => {
  await start();
  const { discord, ai } = parley;
  ai.replies({ text: "One two three", tokensPerSecond: 10 });
  discord.fail({
    method: "PATCH",
    route: /@original|webhooks/,
    times: 4,
    status: 502,
    body: { code: 0, message: "Bad gateway" },
  });
  const asked = discord.slash({ in: discord.channel, name: "ask", options: { question: "Count" } });
  await discord.until(() => asked.messages.at(-1)?.content === "> Count\n\nOne two three");
  expect(asked.messages).toHaveLength(1);
});

test("an acknowledgement whose answer was lost counts as given", async () => {
  await start();
  const { discord } = parley;
  discord.fail({ method: "POST", route: /callback/, drop: true, applied: true });
  const asked = discord.slash({ in: discord.channel, name: "help" });
  await discord.until(() => asked.messages.at(-1)?.content.includes("`reset`") === true);
});

test("an answer goes on after the fifteen minutes of an interaction", async () => {
  await start({ discord: { tokenLifeMs: 300 } });
  const { discord, ai } = parley;
  ai.replies({ text: "One two three four five six.", tokensPerSecond: 4 });
  const asked = discord.slash({ in: discord.channel, name: "ask", options: { question: "Count" } });
  await discord.until(() => asked.messages.at(-1)?.content.endsWith("five six.") === true);
});

test.each([
  ["a moderation rule", 200_000, "blocked my answer"],
  ["a malformed edit", 50_035, "could not be shown"],
])("a live answer that Discord refuses for %s loses its cursor and says so", async (_, code, sentence) => {
  await start();
  const { discord, ai } = parley;
  const gate = Promise.withResolvers<void>();
  const text = ["One ", "two ", "three ", "four"];
  ai.replies({ text, tokensPerSecond: 20, holdAfter: { deltas: 3, until: gate.promise } });
  discord.fail({ method: "PATCH", route: /messages/, status: 400, body: { code, message: "refused" } });
  const question = discord.say({ in: discord.channel, text: mention("Count") });
  await discord.until(() => texts(question.id).at(-1)?.includes(sentence) === true);
  expect(texts(question.id)).toHaveLength(1);
  expect(texts(question.id)[0]).toMatch(/^One[^▌]*$/);
  expect(discord.messages(question.id)[0]?.components).toEqual([]);
  gate.resolve();
});

test("where it may start threads but not speak in them, the answer comes in the channel", async () => {
  await start();
  const { discord, ai, log } = parley;
  const channel = discord.addChannel({ deny: permission.sendInThreads });
  ai.replies({ text: "Here then." });
  discord.say({ in: channel, text: mention("Hello?") });
  await discord.until(() => texts(channel.id).includes("Here then."));
  expect(log.text()).toContain("Send Messages in Threads");
});

test("where it may not read what came before it answers without the reply mark", async () => {
  await start({ adapter: { replyIn: "channel" } });
  const { discord, ai } = parley;
  ai.replies({ text: "Here." });
  const body = { code: 160_002, message: "Cannot reply without permission to read message history" };
  discord.fail({ method: "POST", route: /\/channels\/:channel\/messages$/, status: 400, body });
  discord.say({ in: discord.channel, text: mention("Hello?") });
  await discord.until(() => texts(discord.channel.id).includes("Here."));
});

test("a question that is deleted before its thread is started gets no answer in the open", async () => {
  await start();
  const { discord, ai, log } = parley;
  const body = { code: 10_008, message: "Unknown Message" };
  discord.fail({ method: "POST", route: /threads$/, times: 9, status: 404, body });
  ai.replies({ text: "A secret." });
  discord.say({ in: discord.channel, text: mention("Forget this") });
  await vi.waitFor(() => expect(log.text()).toContain("deleted while it was written"));
  expect(texts(discord.channel.id).join()).not.toContain("A secret.");
});

test("a thread that Discord could not start just now is started by the next try", async () => {
  await start();
  const { discord, ai } = parley;
  ai.replies({ text: "In the thread." });
  discord.fail({ method: "POST", route: /threads$/, times: 4, status: 503, body: { code: 0, message: "down" } });
  const question = discord.say({ in: discord.channel, text: mention("Hello") });
  await discord.until(() => texts(question.id).includes("In the thread."));
});

const modelFailures: readonly (readonly [string, Script, string])[] = [
  ["a wrong key", { status: 401, error: { message: "Incorrect API key provided: sk-test-key" } }, "OPENAI_API_KEY"],
  ["a forbidden model", { status: 403, error: { message: "no access" } }, "OPENAI_API_KEY and MODEL"],
  ["an unknown model", { status: 404, error: { message: "no such model" } }, "check MODEL"],
  ["a rejected request", { status: 400, error: { message: "unknown field" } }, "rejected the request"],
  [
    "a spent quota",
    { status: 429, error: { message: "quota", code: "insufficient_quota" }, headers: { "x-should-retry": "false" } },
    "quota",
  ],
  [
    "a long rate limit",
    { status: 429, error: { message: "slow down" }, headers: { "retry-after": "120", "x-should-retry": "false" } },
    "in 2 min",
  ],
  [
    "a server error",
    { status: 503, error: { message: "overloaded" }, headers: { "x-should-retry": "false" } },
    "server reported an error",
  ],
  ["a content filter", { text: "Half", finish: "content_filter" }, "content filter"],
  ["a refusal", { text: "", refusal: "I cannot help with that." }, "declined"],
  ["an empty answer", { text: "" }, "sent an empty answer"],
  ["a length limit", { text: "Half", finish: "length" }, "Say “go on”"],
  ["a dropped connection", { text: ["Half ", "more"], dropAfter: 1 }, "the model broke"],
  ["a connection closed early", { text: ["Half ", "more"], closeAfter: 1 }, "the model broke"],
  ["an error in mid-stream", { text: ["Half ", "more"], errorAfter: 1 }, "server reported an error"],
  ["a stalled server", { text: ["Half ", "more"], stallAfter: 1 }, "stopped sending"],
];

test.each(modelFailures)(
  "%s is a sentence in the reply, which keeps its text, and the next question works",
  async (_, script, sentence) => {
    await start({ model: { idleMs: 300 } });
    const { discord, ai, log } = parley;
    ai.replies(script, { text: "Works." });
    const question = discord.say({ in: discord.channel, text: mention("Try") });
    await discord.until(() => whole(question.id) && texts(question.id).at(-1)?.includes(sentence) === true);
    const reply = texts(question.id).at(-1) ?? "";
    expect(reply.startsWith("Half")).toBe(JSON.stringify(script).includes("Half"));
    discord.say({ in: question.id, text: "And now?" });
    await discord.until(() => texts(question.id).at(-1) === "Works.");
    expect(reply + log.text()).not.toContain("sk-test-key");
  },
);

test("an answer cut at its length goes on when told to", async () => {
  await start();
  const { discord, ai } = parley;
  ai.replies({ text: "One, two,", finish: "length" }, { text: " three." });
  const question = discord.say({ in: discord.channel, text: mention("Count") });
  await discord.until(() => texts(question.id).at(-1)?.includes("go on") === true);
  discord.say({ in: question.id, text: "go on" });
  await discord.until(() => texts(question.id).at(-1)?.trim() === "three.");
  const messages = ai.requests.at(-1)?.messages ?? [];
  expect(messages.at(-2)).toEqual({ role: "assistant", content: "One, two," });
  expect(messages.at(-1)?.content).toContain("continue exactly where it stops");
});

test("a full store is told to the person, and the model is not asked about what could not be kept", async () => {
  await start({
    wrapStore: (store) => ({
      ...store,
      append: () => Promise.reject(new StoreError("full", "database or disk is full")),
    }),
  });
  const { discord, ai } = parley;
  const question = discord.say({ in: discord.channel, text: mention("Remember this") });
  await discord.until(() =>
    [...texts(question.id), ...texts(discord.channel.id)].some((text) => text.includes("My disk is full")),
  );
  expect(ai.requests).toEqual([]);
});

test.each([
  ["only an emoji", "🙂"],
  ["4,000 characters", "word ".repeat(800).trim()],
  ["Arabic", "ما هي عاصمة فرنسا؟"],
  ["Japanese", "フランスの首都はどこですか。"],
  ["code and signs", "`<div>` & \"quotes\" \\n ```js\nlet a = '<@1>';\n```"],
])("%s reaches the model as typed", async (_, text) => {
  await start();
  const { discord, ai } = parley;
  const question = discord.say({ in: discord.channel, text: mention(text) });
  await discord.until(() => texts(question.id).length > 0 && whole(question.id));
  expect(ai.requests[0]?.messages.at(-1)?.content).toBe(`<message from="Sam">\n${text}\n</message>`);
});

test("after a dropped gateway connection it resumes and answers what was said meanwhile", async () => {
  await start();
  const { discord } = parley;
  discord.dropGateway();
  const question = discord.say({ in: discord.channel, text: mention("Anyone?") });
  await discord.until(() => texts(question.id).length > 0);
  expect(discord.gateway.resumes).toBe(1);
  expect(discord.gateway.identifies).toBe(1);
});

test("a token that Discord withdraws while it runs ends the bot with a sentence", async () => {
  await start();
  parley.discord.closeGateway(4_004);
  await vi.waitFor(() => expect(parley.quits[0]).toContain("DISCORD_TOKEN"));
});
