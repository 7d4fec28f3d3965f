import { DefaultRestOptions, type SendableChannels } from "discord.js";
import { afterEach, expect, test, vi } from "vitest";
import { createRestLimits } from "../../../adapters/discord/rest-limits.ts";
import { createMessageSurface } from "../../../adapters/discord/surface.ts";
import { type FileServer, PlatformError } from "../../../src/port/index.ts";
import { createEditBudget } from "../../../src/reply/edit-budget.ts";
import { createPacer } from "../../../src/reply/pacer.ts";
import { createReplyHandle } from "../../../src/reply/reply-handle.ts";
import { never } from "../../../src/runtime/clock.ts";
import { placeOf } from "../../support/build-event.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { startParley } from "../../support/parley.ts";
import { createQuickClock } from "../../support/quick-clock.ts";
import { recordingLog } from "../../support/recording-log.ts";

const words = (count: number) =>
  Array.from({ length: count }, (_, index) => `w${index + 100} `)
    .join("")
    .trimEnd();

test("sixty answers at once break neither a channel's limit, though it is lower than usual, nor that of all requests", async () => {
  const editing = "PATCH /channels/:channel/messages/:message";
  const parley = await startParley({
    time: createQuickClock(1),
    discord: { latencyMs: 30, rates: { [editing]: [3, 1_500] } },
  });
  const { discord, ai } = parley;
  ai.replyTo(() => ({ text: words(120), tokensPerSecond: 40 }));
  const people = Array.from({ length: 20 }, (_, at) => discord.addUser(`person-${at}`));
  const questions = Array.from({ length: 60 }, (_, at) => {
    const channel = discord.addChannel();
    return discord.say({ in: channel, by: people[at % 20] ?? discord.someone, text: `<@${discord.botId}> Tell` }).id;
  });
  const shown = (thread: string) => discord.messages(thread).map(({ content }) => content);
  await discord.until(() => questions.every((question) => shown(question).join("") === words(120)));
  expect(discord.rateLimited).toEqual([]);
  await parley.stop();
  expect(discord.problems).toEqual([]);
});

// What is learned, and how it is used, by a clock that is moved by hand, in a channel that no wire leads to.

type Edit = { readonly at: number; readonly status: number };

afterEach(() => {
  vi.restoreAllMocks();
});

/** A channel in which so many edits can be made in each window. */
function openChannel(limit: number, windowMs: number) {
  const clock = createManualClock();
  const budget = createEditBudget(clock);
  const requests = createRestLimits({ budget, clock });
  const edits: Edit[] = [];
  const texts = new Map<string, string>();
  let window = { from: 0, used: 0 };
  let refusal: Response | undefined;

  function answer(method: string): Response {
    if (method !== "PATCH") return new Response("{}");
    if (clock.now() >= window.from + windowMs) window = { from: clock.now(), used: 0 };
    const isRefused = window.used >= limit;
    if (!isRefused) window.used += 1;
    const resetsIn = (window.from + windowMs - clock.now()) / 1_000;
    const headers = {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(limit - window.used),
      "x-ratelimit-reset-after": String(resetsIn),
      "retry-after": String(resetsIn),
    };
    return new Response("{}", { status: isRefused ? 429 : 200, headers });
  }

  vi.spyOn(DefaultRestOptions, "makeRequest").mockImplementation(async (_, { method = "GET" }) => {
    await clock.wait(10, never);
    const planned = method === "PATCH" ? refusal : undefined;
    if (planned !== undefined) refusal = undefined;
    const answered = planned ?? answer(method);
    if (method === "PATCH") edits.push({ at: clock.now(), status: answered.status });
    await clock.wait(10, never);
    return answered as unknown as Awaited<ReturnType<typeof DefaultRestOptions.makeRequest>>;
  });

  async function call(method: string, id: string, content: string) {
    const address = `http://discord.test/api/v10/channels/1/messages${method === "PATCH" ? `/${id}` : ""}`;
    const { status, headers } = await requests.send(address, { method });
    const retryAfterMs = Number(headers.get("retry-after")) * 1_000;
    if (status === 429) throw new PlatformError("rate-limited", "Discord's rate limit", { retryAfterMs });
    texts.set(id, content);
    return { id, content, attachments: [] };
  }

  const channel = {
    id: "1",
    send: ({ content }: { content: string }) => call("POST", String(texts.size + 1), content),
    messages: { edit: (id: string, { content }: { content: string }) => call("PATCH", id, content) },
  };

  return {
    edits,
    /** The next edit is refused, and no answer before it has told of a limit. */
    refuse(headers: Readonly<Record<string, string>>) {
      refusal = new Response("{}", { status: 429, headers });
    },
    /** An answer of so many words, a hundred a second. Returns its edits. */
    async answer(count: number): Promise<readonly Edit[]> {
      const asked = { id: String(texts.size), channel: channel as unknown as SendableChannels, text: "", author: "" };
      const files = { serves: () => false } as unknown as FileServer;
      const surface = createMessageSurface(asked, placeOf({ kind: "direct" }), {
        log: recordingLog(),
        files,
        requests,
      });
      const before = edits.length;
      const pacer = createPacer({ reply: createReplyHandle(surface, []), budget, clock, fail: () => undefined });
      for (let said = 1; said <= count; said += 1) {
        pacer.offer(words(said));
        await clock.pass(10);
      }
      let settled = false;
      void pacer.settle(words(count), []).then(() => {
        settled = true;
      });
      while (!settled) await clock.pass(1_000);
      expect([...texts.values()].at(-1)).toBe(words(count));
      return edits.slice(before);
    },
  };
}

const refused = (edits: readonly Edit[]) => edits.filter(({ status }) => status === 429);

test("a limit that is lower than usual is learned from the answers, and never broken", async () => {
  const { answer } = openChannel(2, 750);
  const [first, second] = [await answer(200), await answer(100)];
  expect([...refused(first), ...refused(second)]).toEqual([]);
  expect(first.length).toBeGreaterThan(3);
});

test("a limit that is higher than usual is learned too, and used", async () => {
  const { answer } = openChannel(10, 1_000);
  const [first, second] = [await answer(150), await answer(150)];
  expect([...refused(first), ...refused(second)]).toEqual([]);
  expect(second.length).toBeGreaterThan(8); // with five in five seconds there would be two
});

test.each([
  ["of this resource alone", { "retry-after": "1", "x-ratelimit-limit": "5", "x-ratelimit-scope": "shared" }],
  ["of all requests", { "retry-after": "1", "x-ratelimit-global": "true" }],
])("a refusal %s that no answer announced is obeyed, and the answer comes whole", async (_, headers) => {
  const { answer, refuse } = openChannel(5, 5_000);
  refuse(headers);
  const edits = await answer(100);
  const [first, next] = edits;
  expect(refused(edits)).toEqual([first]);
  expect((next?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
});
