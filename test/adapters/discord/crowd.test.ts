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
import { recordingLog } from "../../support/recording-log.ts";

// A thousand answers at once, by a clock that is moved by hand, at a Discord that counts as the real one does and to which no wire leads.

const answers = 1_000;
const spreadMs = 30_000;
/** Of 300 tokens at 50 a second. */
const streamMs = 6_000;
const wayMs = 50;

afterEach(() => {
  vi.restoreAllMocks();
});

/** How many lie in a second that ends now. */
function createSlidingWindow(now: () => number) {
  const times: number[] = [];
  return () => {
    while ((times[0] ?? Number.POSITIVE_INFINITY) <= now() - 1_000) times.shift();
    return times.push(now());
  };
}

/** Five in the five seconds that begin with the first. */
function createFixedWindow(now: () => number) {
  let [from, used] = [Number.NEGATIVE_INFINITY, 0];
  return () => {
    if (now() >= from + 5_000) [from, used] = [now(), 0];
    used++;
    return { used, resetsInMs: from + 5_000 - now() };
  };
}

test("a thousand answers at once are all complete, and Discord refuses no request", async () => {
  const clock = createManualClock();
  const budget = createEditBudget(clock);
  const all = createSlidingWindow(clock.now);
  const buckets = new Map<string, ReturnType<typeof createFixedWindow>>();
  const refused: string[] = [];
  let requests = 0;

  const limits = createRestLimits({ budget, clock });
  const send: typeof limits.send = async (url, init) => {
    await clock.wait(wayMs, never);
    requests++;
    const { method = "GET" } = init;
    const path = new URL(url).pathname;
    const key = `${method} ${path.split("/").slice(0, 5).join("/")}`;
    const bucket = buckets.get(key) ?? createFixedWindow(clock.now);
    buckets.set(key, bucket);
    const { used, resetsInMs } = path.includes("/messages") ? bucket() : { used: 0, resetsInMs: 5_000 };
    const isRefused = all() > 50 || used > 5;
    if (isRefused) refused.push(key);
    const headers = {
      "x-ratelimit-limit": "5",
      "x-ratelimit-remaining": String(5 - used),
      "x-ratelimit-reset-after": String(resetsInMs / 1_000),
    };
    await clock.wait(wayMs, never);
    return new Response("{}", { status: isRefused ? 429 : 200, headers }) as unknown as Awaited<
      ReturnType<typeof limits.send>
    >;
  };
  vi.spyOn(DefaultRestOptions, "makeRequest").mockImplementation(send);

  const done = new Set<number>();
  async function answer(index: number): Promise<void> {
    await clock.wait((index * spreadMs) / answers, never);
    let shown = "";
    const call = async (method: string, rest: string, content?: string) => {
      const { status } = await limits.send(`http://discord.test/api/v10/channels/${index}/${rest}`, { method });
      if (status === 429) throw new PlatformError("rate-limited", "Discord's rate limit", { retryAfterMs: 1_000 });
      shown = content ?? shown;
      return { id: "1", content: shown, attachments: [] };
    };
    const channel = {
      id: String(index),
      sendTyping: () => call("POST", "typing"),
      send: ({ content }: { content: string }) => call("POST", "messages", content),
      messages: { edit: (id: string, { content }: { content: string }) => call("PATCH", `messages/${id}`, content) },
    };
    const asked = { id: "1", channel: channel as unknown as SendableChannels, text: "", author: "" };
    const files = { serves: () => false } as unknown as FileServer;
    const parts = { log: recordingLog(), files, requests: limits };
    const surface = createMessageSurface(asked, placeOf({ kind: "direct" }), parts);
    await call("POST", "messages/1/threads"); // as it begins in a thread of its own
    void surface.startTyping?.();
    const pacer = createPacer({ reply: createReplyHandle(surface, []), budget, clock, fail: () => undefined });
    const words = (count: number) => "word ".repeat(count).trim();
    for (let said = 30; said <= 300; said += 30) {
      pacer.offer(words(said));
      await clock.wait(streamMs / 10, never);
    }
    await pacer.settle(words(300), []);
    if (shown === words(300)) done.add(index);
  }

  const running = Array.from({ length: answers }, (_, index) => answer(index));
  const limitMs = clock.now() + 240_000;
  while (done.size < answers && clock.now() < limitMs) await clock.pass(1_000);
  expect(done.size).toBe(answers);
  await Promise.all(running);
  expect(refused).toEqual([]);
  expect(requests).toBeGreaterThan(3 * answers);
}, 120_000);
