import { describe, expect, test } from "vitest";
import { openSlack, outcome } from "./real-client.ts";

describe("a stream", () => {
  const open = async (options = {}) => {
    const opened = await openSlack(options);
    const { slack, client } = opened;
    const { ts: thread_ts } = slack.say({ in: slack.channel, text: "ask" });
    const place = { channel: slack.channel.id, thread_ts };
    const recipient = { recipient_user_id: slack.someone.id, recipient_team_id: slack.team.id };
    const start = () => client.chat.startStream({ ...place, ...recipient, markdown_text: "a" });
    const append = (ts: string, markdown_text: string) =>
      client.chat.appendStream({ channel: place.channel, ts, markdown_text });
    return { ...opened, place, start, append };
  };

  test("grows, clears the status, and ends with its buttons", async () => {
    const { slack, client, place, start, append } = await open();
    await client.assistant.threads.setStatus({
      channel_id: place.channel,
      thread_ts: place.thread_ts,
      status: "thinks",
    });
    const { ts = "" } = await start();
    await append(ts, " &am");
    await append(ts, "p; b");
    expect(await outcome(client.chat.update({ channel: place.channel, ts, text: "x" }))).toBe(
      "streaming_state_conflict",
    );
    const button = { type: "button", action_id: "more", text: { type: "plain_text", text: "More" } } as const;
    await client.chat.stopStream({ channel: place.channel, ts, blocks: [{ type: "actions", elements: [button] }] });
    expect(slack.message(ts)).toMatchObject({ text: "a & b", streaming: false, buttons: [{ actionId: "more" }] });
    expect(slack.message(ts)?.states.map(({ how }) => how)).toEqual(["start", "append", "append", "stop"]);
    expect(slack.statuses(place.channel, place.thread_ts)).toMatchObject([
      { status: "thinks" },
      { status: "", auto: true },
    ]);
    expect(slack.problems).toEqual([]);
  });

  test("needs a recipient outside of direct messages, and a workspace that allows it", async () => {
    const { slack, client, place } = await open();
    expect(await outcome(client.chat.startStream(place))).toBe("missing_recipient_user_id");
    const alone = slack.direct(slack.someone);
    const { ts: thread_ts } = slack.say({ in: alone, text: "hi" });
    expect(await outcome(client.chat.startStream({ channel: alone.id, thread_ts }))).toMatchObject({ ok: true });
    const other = await open({ streaming: false });
    expect(await outcome(other.start())).toBe("feature_not_enabled");
  });

  test("ends by itself, or when a person stops it", async () => {
    const { slack, place, start, append } = await open({ streamLifeMs: 30 });
    const { ts: first = "" } = await start();
    await slack.until(() => slack.message(first)?.streaming === false);
    expect(await outcome(append(first, "b"))).toBe("message_not_in_streaming_state");
    const { ts: second = "" } = await start();
    slack.stopSession({ channel: place.channel, thread: place.thread_ts });
    expect(await outcome(append(second, "b"))).toBe("stopped_by_user");
    expect(slack.message(second)?.text).toBe("a");
  });

  test.each([0, 20])("notes appends that overlap, and only those, where answers take %i ms", async (latencyMs) => {
    const { slack, start, append } = await open({ latencyMs });
    const { ts = "" } = await start();
    await append(ts, "b");
    await append(ts, "c");
    expect(slack.problems).toEqual([]);
    // The second may come so late, by a new connection, that the first is answered.
    while (slack.problems.length === 0) await Promise.all([append(ts, "d"), append(ts, "e")]);
    expect(slack.problems).toEqual([expect.stringContaining("overlaps")]);
  });
});
