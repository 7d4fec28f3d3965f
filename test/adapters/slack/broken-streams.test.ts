import { describe, expect, test } from "vitest";
import type { Failure } from "../../emulators/slack/failures.ts";
import type { Step } from "../../support/scripted-model.ts";
import { type Asked, openInProcess, type SlackInProcess } from "../../support/slack-in-process.ts";
import { errors, isDone, isStopped, isText, nth, steps, stopNotice, table, text, words } from "./broken-streams.ts";

// Whatever breaks on Slack's side of the wire, without one: the clock is moved by hand.

/** Each piece of eight words comes when the one before has long been shown. */
function inPieces(thread: SlackInProcess, whole: string, before?: (sent: number) => Promise<unknown> | undefined) {
  const pieces = whole.match(/(?:\S+\s*){1,8}/g) ?? [];
  return pieces.flatMap((piece, sent): readonly Step[] => {
    const due = thread.clock.wait(sent * 1_500, new AbortController().signal);
    return [{ until: due.then(() => void before?.(sent)) }, piece];
  });
}

const own = ({ slack }: SlackInProcess, { channel, root }: Asked) =>
  slack.messages(channel, root).filter(({ userId }) => userId === slack.botUserId);

const shown = (thread: SlackInProcess, asked: Asked) =>
  own(thread, asked)
    .map(({ text: part }) => part)
    .join("");

/** Lets the answer end, then the bot, and looks whether the thread holds nothing but it, neatly ended, in one message. */
async function expectWhole(thread: SlackInProcess, asked: Asked, fits = isText): Promise<void> {
  const { slack } = thread;
  const messages = () => own(thread, asked);
  const quiet = () => (slack.statuses(asked.channel, asked.root).at(-1)?.status ?? "") === "";
  await thread.passUntil(() => messages().length > 0 && messages().every(isDone) && quiet());
  await thread.leave();
  expect(shown(thread, asked)).toSatisfy(fits);
  expect(messages().map(isDone)).toEqual([true]);
  expect(slack.rateLimited).toEqual([]);
}

/** Has calls fail; returns how many did. */
function failing({ slack }: SlackInProcess, failure: Failure): () => number {
  let failed = 0;
  slack.fail({
    ...failure,
    when: (args) => {
      const fails = failure.when?.(args) ?? true;
      if (fails) failed += 1;
      return fails;
    },
  });
  return () => failed;
}

describe("a stream that breaks leaves the whole answer in the thread, once", () => {
  test.for(table)("%s: %s", async ([step, name]) => {
    const thread = await openInProcess();
    const [method, call] = steps[step];
    const failed = failing(thread, nth(method, call, errors[name]));
    const stops = name === "stopped_by_user" && step !== "stop"; // at its stop the model has said all
    const asked = thread.ask();
    thread.model.script(
      inPieces(thread, text, () => (stops && failed() > 0 ? new Promise(() => undefined) : undefined)),
    );
    await expectWhole(thread, asked, name === "stopped_by_user" ? isStopped : isText);
    expect(failed()).toBe(1);
    if (stops) expect(shown(thread, asked)).toContain(stopNotice);
    expect(thread.slack.problems).toEqual([]);
  });

  test.for(table.filter(([step]) => step === "stop"))("%s in a direct message: %s", async ([, name]) => {
    const thread = await openInProcess();
    const failed = failing(thread, nth("chat.stopStream", 1, errors[name]));
    const asked = thread.ask(thread.slack.direct(thread.slack.someone));
    thread.model.script(inPieces(thread, text));
    await expectWhole(thread, asked, name === "stopped_by_user" ? isStopped : isText);
    expect(failed()).toBe(1);
    expect(thread.slack.problems).toEqual([]);
  });

  test.for([
    "streaming_state_conflict",
    "internal_error",
    "HTTP 500",
    "429",
    "a connection dropped before it was carried out",
    "a connection lost after it was carried out",
  ] as const)("the update that takes the stop button away: %s", async (name) => {
    const thread = await openInProcess();
    const failed = failing(thread, nth("chat.update", 1, errors[name]));
    const asked = thread.ask();
    thread.model.script(inPieces(thread, text));
    await expectWhole(thread, asked);
    expect(failed()).toBe(1);
    expect(thread.slack.problems).toEqual([]);
  });

  test.for([
    ["start", 1],
    ["post", 1],
    ["update", 1],
    ["update", 2],
  ] as const)("without streams, %s %i lost after it was carried out", async ([what, call]) => {
    const thread = await openInProcess({ streaming: false });
    const method = { start: "chat.startStream", post: "chat.postMessage", update: "chat.update" }[what];
    const failed = failing(thread, nth(method, call, { lose: true }));
    const asked = thread.ask();
    thread.model.script(inPieces(thread, text));
    await expectWhole(thread, asked);
    expect(failed()).toBe(1);
    expect(thread.slack.problems).toEqual([]);
  });

  test.for([3, 4, 5, 6])(
    "every %i. call of every kind fails, by turns before and after it is carried out",
    async (every) => {
      const thread = await openInProcess();
      const whole = words(120);
      let calls = 0;
      const isMeant = (turn: number) => () => calls % every === 0 && (calls / every) % 2 === turn;
      const count = failing(thread, { method: /^chat\./, times: 100, when: () => ++calls < 0 });
      const dropped = failing(thread, { method: /^chat\./, times: 6, drop: true, when: isMeant(0) });
      const lost = failing(thread, { method: /^chat\./, times: 6, lose: true, when: isMeant(1) });
      const asked = thread.ask();
      thread.model.script(inPieces(thread, whole));
      await expectWhole(thread, asked, (found) => found === whole);
      expect([count(), dropped() > 0, lost() > 0]).toEqual([0, true, true]);
      expect(thread.slack.problems).toEqual([]);
    },
  );
});

describe("a stream that Slack ends", () => {
  const count = ({ slack }: SlackInProcess, method: string) =>
    slack.requests.filter((request) => request.method === method).length;

  test.for([1, 2, 3])("after its %i. append goes on in place", async (appends) => {
    const thread = await openInProcess();
    const asked = thread.ask();
    thread.model.script(inPieces(thread, text));
    await thread.passUntil(() => count(thread, "chat.appendStream") >= appends);
    thread.slack.expireStreams();
    await expectWhole(thread, asked);
    expect(thread.slack.problems).toEqual([]);
  });

  test("before its stop is closed by an edit", async () => {
    const thread = await openInProcess();
    const asked = thread.ask();
    thread.model.script([text, { until: thread.clock.wait(5_000, new AbortController().signal) }]);
    await thread.passUntil(() => own(thread, asked).length > 0);
    thread.slack.expireStreams();
    await expectWhole(thread, asked);
    expect(count(thread, "chat.update")).toBeGreaterThan(0);
    expect(thread.slack.problems).toEqual([]);
  });

  test("because it is too long goes on by edits", async () => {
    const thread = await openInProcess({ maxStreamLength: 150 });
    const asked = thread.ask();
    thread.model.script(inPieces(thread, text));
    await expectWhole(thread, asked);
    expect(thread.slack.problems).not.toEqual([]);
    expect(thread.slack.problems.filter((problem) => !problem.includes("the stream has"))).toEqual([]);
  });
});
