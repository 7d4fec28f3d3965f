import { webApi } from "@slack/bolt";
import { describe, expect, test } from "vitest";
import { specFolder } from "./api-spec.ts";
import { connect, connectOverHttp, openClient, openSlack, outcome } from "./slack/real-client.ts";

describe("the Slack emulator, seen by Bolt on Socket Mode", () => {
  test("a mention arrives twice with one timestamp, and gets a reply", async () => {
    const heard: { type: string; ts: string; id: unknown }[] = [];
    const { slack } = await connect((app) => {
      app.event("message", async ({ event, body }) => {
        heard.push({ type: event.type, ts: event.ts, id: body["event_id"] });
      });
      app.event("app_mention", async ({ event, body, client }) => {
        heard.push({ type: event.type, ts: event.ts, id: body["event_id"] });
        await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: "a &lt; b" });
      });
    });
    const said = slack.say({ in: slack.channel, text: `<@${slack.botUserId}> hello` });
    await slack.until(() => slack.messages(slack.channel, said).length === 1 && heard.length >= 2);
    const mine = heard.filter(({ ts }) => ts === said.ts);
    expect(mine.map(({ type }) => type).toSorted()).toEqual(["app_mention", "message"]);
    expect(new Set(mine.map(({ id }) => id)).size).toBe(2);
    expect(slack.messages(slack.channel, said)).toMatchObject([{ text: "a < b", userId: slack.botUserId }]);
    expect(slack.messages(slack.channel)).toEqual([slack.message(said)]);
    const acked = slack.deliveries.filter(({ ackedAt, at }) => ackedAt !== undefined && ackedAt - at < 1000);
    expect(acked.length).toBeGreaterThanOrEqual(2);
    expect(slack.problems).toEqual([]);
  });

  test("a call has its effect in the middle of its round trip", async () => {
    const { slack, client } = await openSlack({ latencyMs: 60 });
    const { ts = "" } = await client.chat.postMessage({ channel: slack.channel.id, text: "0" });
    const answeredAt = performance.now();
    const shownAt = slack.message(ts)?.states[0]?.at ?? 0;
    expect(shownAt - (slack.requests[0]?.at ?? 0)).toBeGreaterThan(25);
    expect(answeredAt - shownAt).toBeGreaterThan(25);
  });

  test("direct messages, edits and deletions arrive; channels without the bot are silent", async () => {
    const heard: string[] = [];
    const { slack } = await connect((app) => {
      app.event("message", async ({ event }) => {
        heard.push(`${event.channel_type} ${event.subtype ?? "-"}`);
      });
    });
    const closed = slack.addChannel({ joined: false });
    slack.say({ in: closed, text: "nobody hears" });
    const said = slack.say({ in: slack.direct(slack.someone), text: "hello" });
    slack.edit(said, "hello again");
    slack.delete(said);
    await slack.until(() => slack.deliveries.length === 3 && slack.deliveries.every(({ ackedAt }) => ackedAt));
    expect(heard).toEqual(["im -", "im message_changed", "im message_deleted"]);
  });

  test("what people do in the app's own place arrives", async () => {
    const heard: unknown[] = [];
    const { slack } = await connect((app) => {
      app.event("app_home_opened", async ({ event }) => void heard.push([event.type, event.tab]));
      app.event("agent_session_stopped", async ({ event }) => void heard.push([event.type, event.thread_ts]));
    });
    const { ts } = slack.say({ in: slack.direct(slack.someone), text: "hi", silent: true });
    slack.openTab(slack.someone);
    slack.stopSession({ channel: slack.direct(slack.someone), thread: ts });
    await slack.until(() => heard.length === 2);
    expect(heard).toEqual([
      ["app_home_opened", "messages"],
      ["agent_session_stopped", ts],
    ]);
  });

  test("strangers and other bots are marked as such", async () => {
    const heard: Record<string, unknown>[] = [];
    const { slack } = await connect((app) => {
      app.event("message", async ({ event }) => void heard.push({ ...event }));
    });
    const shared = slack.addChannel({ shared: true });
    const stranger = slack.addUser("zoe", { team: slack.addTeam() });
    slack.say({ in: shared, by: stranger, text: "hi" });
    slack.say({ in: slack.channel, asBot: true, text: "news" });
    await slack.until(() => heard.length === 2);
    expect(heard).toMatchObject([{ user: stranger.id, user_team: stranger.teamId }, { bot_id: expect.any(String) }]);
  });

  test("a redelivery has the event's id and says that it is one", async () => {
    const heard: unknown[] = [];
    const { slack } = await connect((app) => {
      app.event("message", async ({ body, context }) => {
        heard.push([body["event_id"], context.retryNum ?? 0]);
      });
    });
    const said = slack.say({ in: slack.channel, text: "once" });
    slack.redeliver(said);
    await slack.until(() => slack.deliveries.length === 2 && slack.deliveries.every(({ ackedAt }) => ackedAt));
    const [first] = slack.deliveries;
    expect(heard).toEqual([
      [first?.eventId, 0],
      [first?.eventId, 1],
    ]);
  });

  test("a command is acknowledged with words that only the person sees, and answered later", async () => {
    const { slack } = await connect((app) => {
      app.command("/parley", async ({ ack, respond, command }) => {
        await ack({ text: `working on ${command.text}` });
        await respond({ text: "done", response_type: "in_channel" });
      });
    });
    const used = slack.command({ in: slack.channel, text: "reset" });
    await slack.until(() => slack.messages(slack.channel).length === 1);
    expect(slack.ephemerals(slack.channel)).toMatchObject([
      { text: "working on reset", via: "ack", user: slack.someone.id },
    ]);
    expect(slack.messages(slack.channel)).toMatchObject([{ text: "done", userId: slack.botUserId }]);
    expect(used).toMatchObject({ response: { text: "working on reset" }, timedOut: false });
    expect(slack.problems).toEqual([]);
  });

  test("a shortcut opens a modal, which refuses with errors and closes at last", async () => {
    const input = { type: "plain_text_input", action_id: "text" } as const;
    const plain = (text: string) => ({ type: "plain_text", text }) as const;
    const { slack } = await connect((app) => {
      app.shortcut("ask", async ({ ack, shortcut, client }) => {
        await ack();
        const blocks = [{ type: "input", block_id: "question", label: plain("Question"), element: input } as const];
        const view = {
          type: "modal",
          callback_id: "asked",
          title: plain("Ask"),
          submit: plain("Send"),
          blocks,
        } as const;
        await client.views.open({ trigger_id: shortcut.trigger_id, view });
      });
      app.view("asked", async ({ ack, view }) => {
        const value = view.state.values["question"]?.["text"]?.value;
        if (value === "why") await ack();
        else await ack({ response_action: "errors", errors: { question: "ask better" } });
      });
    });
    const used = slack.shortcut({ on: slack.say({ in: slack.channel, text: "hm" }), callbackId: "ask" });
    await slack.until(() => slack.views.length === 1);
    const id = slack.views[0]?.id ?? "";
    const first = slack.submit({ view: id, values: { question: { text: "what" } } });
    await slack.until(() => first.ackedAt !== undefined);
    expect(slack.views[0]).toMatchObject({ open: true, errors: { question: "ask better" } });
    const second = slack.submit({ view: id, values: { question: { text: "why" } } });
    await slack.until(() => second.ackedAt !== undefined);
    expect(slack.views[0]?.open).toBe(false);
    const again = openClient(slack).views.open({ trigger_id: used.triggerId, view: {} as never });
    expect(await outcome(again)).toBe("exchanged_trigger_id");
    expect(slack.problems).toEqual([]);
  });

  test("a button is pressed where the message shows it", async () => {
    const { slack, client } = await connect((app) => {
      app.action("stop", async ({ ack, respond }) => {
        await ack();
        await respond({ text: "stopped", replace_original: true });
      });
    });
    const button = {
      type: "button",
      action_id: "stop",
      value: "7",
      text: { type: "plain_text", text: "Stop" },
    } as const;
    const blocks = [
      { type: "markdown", text: "**hm** &lt; `&lt;`" },
      { type: "actions", elements: [button] },
    ] as const;
    const { ts = "" } = await client.chat.postMessage({
      channel: slack.channel.id,
      text: "fallback",
      blocks: [...blocks],
    });
    expect(slack.message(ts)).toMatchObject({
      text: "**hm** < `&lt;`",
      buttons: [{ actionId: "stop", value: "7", text: "Stop" }],
    });
    expect(() => slack.press({ on: ts, actionId: "go" })).toThrow("no button");
    slack.press({ on: ts, actionId: "stop" });
    await slack.until(() => slack.message(ts)?.text === "stopped");
    expect(slack.message(ts)?.buttons).toEqual([]);
    expect(slack.problems).toEqual([]);
  });
});

describe("the Web API", () => {
  test("texts ping as they would at Slack, escaped ones nobody", async () => {
    const { slack, client } = await openSlack();
    const post = async (text: string) => {
      const { ts = "" } = await client.chat.postMessage({ channel: slack.channel.id, text });
      return slack.message(ts)?.states[0]?.pings;
    };
    expect(await post("<!channel> <!here|here> <@U123> <!subteam^S1|@team>")).toEqual({
      users: ["U123"],
      channels: ["channel", "here"],
      groups: ["S1"],
    });
    expect(await post("&lt;!channel&gt; @channel")).toEqual({ users: [], channels: [], groups: [] });
  });

  test("each refusal has its code", async () => {
    const { slack, client } = await openSlack();
    const { chat } = client;
    const channel = slack.channel.id;
    const strange = slack.addChannel({ joined: false });
    const archived = slack.addChannel({ archived: true });
    const said = slack.say({ in: channel, text: "hi" });
    const { ts = "" } = await chat.postMessage({ channel, text: "mine" });
    const block = (count: number) => Array.from({ length: count }, () => ({ type: "divider" }) as const);
    const cases: readonly (readonly [string, Promise<unknown>])[] = [
      ["channel_not_found", chat.postMessage({ channel: "C404", text: "x" })],
      ["not_in_channel", chat.postMessage({ channel: strange.id, text: "x" })],
      ["is_archived", chat.postMessage({ channel: archived.id, text: "x" })],
      ["no_text", chat.postMessage({ channel, text: " " })],
      ["msg_too_long", chat.postMessage({ channel, text: "x".repeat(40_001) })],
      ["msg_too_long", chat.postMessage({ channel, markdown_text: "x".repeat(12_001) })],
      ["msg_too_long", chat.update({ channel, ts, text: "x".repeat(4001) })],
      ["invalid_blocks", chat.postMessage({ channel, text: "x", blocks: block(51) })],
      ["cannot_reply_to_message", chat.postMessage({ channel, text: "x", thread_ts: "1.000000" })],
      ["message_not_found", chat.update({ channel, ts: "1.000000", text: "x" })],
      ["cant_update_message", chat.update({ channel, ts: said.ts, text: "x" })],
      ["user_not_in_channel", chat.postEphemeral({ channel, user: "U404", text: "x" })],
      ["thread_not_found", client.conversations.replies({ channel, ts: "1.000000" })],
      ["not_in_channel", client.conversations.history({ channel: strange.id })],
      ["user_not_found", client.users.info({ user: "U404" })],
      ["missing_scope", client.reactions.add({ channel, timestamp: said.ts, name: "eyes" })],
      ["invalid_auth", openClient(slack, "xoxb-strange").auth.test()],
      ["not_allowed_token_type", openClient(slack, slack.appToken).auth.test()],
      ["unknown_method", client.apiCall("chat.unheardOf")],
      ["message_not_in_streaming_state", chat.appendStream({ channel, ts, markdown_text: "x" })],
    ];
    const codes = await Promise.all(cases.map(async ([, call]) => outcome(call)));
    expect(codes).toEqual(cases.map(([code]) => code));
    slack.delete(ts);
    expect(await outcome(chat.update({ channel, ts, text: "late" }))).toBe("message_not_found");
    slack.revoke();
    expect(await outcome(client.auth.test())).toBe("token_revoked");
  });

  test.skipIf(specFolder() === undefined)("an argument the documents do not know is refused and noted", async () => {
    const { slack, client } = await openSlack();
    const call = client.apiCall("chat.postMessage", { channel: slack.channel.id, text: "x", colour: "red" });
    expect(await outcome(call)).toBe("invalid_arguments");
    expect(await outcome(client.apiCall("chat.delete", { channel: slack.channel.id }))).toBe("invalid_arguments");
    expect(slack.problems).toEqual(["chat.postMessage takes no argument colour", "chat.delete needs the argument ts"]);
  });

  test("too many calls are told how long to wait", async () => {
    const { slack, client } = await openSlack({ tiers: { "chat.update": 2 } });
    const channel = slack.channel.id;
    const { ts = "" } = await client.chat.postMessage({ channel, text: "0" });
    for (const text of ["1", "2"]) await client.chat.update({ channel, ts, text });
    const refused = client.chat.update({ channel, ts, text: "3" });
    await expect(refused).rejects.toMatchObject({
      code: webApi.ErrorCode.RateLimitedError,
      retryAfter: expect.any(Number),
    });
    expect(slack.rateLimited).toMatchObject([{ method: "chat.update" }]);
    expect(slack.rateLimited[0]?.retryAfter).toBeGreaterThan(55);
    expect(slack.message(ts)?.states.map(({ text }) => text)).toEqual(["0", "1", "2"]);
  });

  test("planned failures: an error, a lost answer, a cut line", async () => {
    const { slack, client } = await openSlack();
    const post = (text: string) => outcome(client.chat.postMessage({ channel: slack.channel.id, text }));
    slack.fail({ method: "chat.postMessage", error: "internal_error" });
    slack.fail({ method: /^chat\./, lose: true, when: ({ text }) => text === "lost" });
    slack.fail({ method: /^chat\./, drop: true, when: ({ text }) => text === "cut" });
    expect([await post("one"), await post("lost"), await post("cut")]).toEqual([
      "internal_error",
      webApi.ErrorCode.RequestError,
      webApi.ErrorCode.RequestError,
    ]);
    expect(slack.messages(slack.channel).map(({ text }) => text)).toEqual(["lost"]);
    expect(slack.requests.map(({ status }) => status)).toEqual([200, 0, 0]);
  });

  test("a thread is read page by page, its root first", async () => {
    const { slack, client } = await openSlack();
    const channel = slack.channel.id;
    const root = slack.say({ in: channel, text: "root" });
    for (const text of ["a", "b", "c"]) slack.say({ in: channel, thread: root.ts, text });
    const first = await client.conversations.replies({ channel, ts: root.ts, limit: 3 });
    expect(first.messages?.map(({ text }) => text)).toEqual(["root", "a", "b"]);
    expect(first.messages?.[0]).toMatchObject({ reply_count: 3, thread_ts: root.ts });
    const cursor = first.response_metadata?.next_cursor ?? "";
    const second = await client.conversations.replies({ channel, ts: root.ts, limit: 3, cursor });
    expect(second.messages?.map(({ text }) => text)).toEqual(["c"]);
    expect(await outcome(client.conversations.replies({ channel, ts: root.ts, cursor: "?" }))).toBe("invalid_cursor");
    const history = await client.conversations.history({ channel });
    expect(history.messages?.map(({ text }) => text)).toEqual(["root"]);
  });

  test("a file is given to the bot's token; everybody else gets the login page", async () => {
    const { slack, client } = await openSlack();
    const files = [{ name: "note.txt", mimetype: "text/plain", content: "inside" }];
    const said = slack.say({ in: slack.channel, text: "see", files });
    const { messages } = await client.conversations.history({ channel: slack.channel.id });
    const url = messages?.[0]?.files?.[0]?.url_private ?? "";
    const fetchWith = async (headers: Record<string, string>) => (await fetch(url, { headers })).text();
    expect(await fetchWith({ authorization: `Bearer ${slack.botToken}` })).toBe("inside");
    expect(await fetchWith({})).toContain("<html>");
    expect(slack.message(said)?.files[0]?.asked.map(({ allowed }) => allowed)).toEqual([true, false]);
  });
});

describe("a response address", () => {
  test("is good five times, and replaces what it was made for", async () => {
    const { slack } = await openSlack();
    const { responseUrl = "" } = slack.command({ in: slack.channel, text: "" });
    const respond = async (body: object) => {
      const headers = { "content-type": "application/json" };
      return (await fetch(responseUrl, { method: "POST", headers, body: JSON.stringify(body) })).status;
    };
    const statuses = [await respond({ text: "one" }), await respond({ text: "two", replace_original: true })];
    for (const text of ["three", "four", "five", "six"]) statuses.push(await respond({ text }));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    expect(slack.ephemerals(slack.channel).map(({ text }) => text)).toEqual(["two", "three", "four", "five"]);
  });
});

describe("the Slack emulator, seen by Bolt over HTTP", () => {
  test("signed events, commands and buttons arrive", async () => {
    const { slack } = await connectOverHttp((app) => {
      app.event("app_mention", async ({ event, client }) => {
        await client.chat.postMessage({ channel: event.channel, text: "heard" });
      });
      app.command("/parley", async ({ ack }) => ack("at once"));
    });
    slack.say({ in: slack.channel, text: `<@${slack.botUserId}>` });
    slack.command({ in: slack.channel, text: "" });
    await slack.until(() => slack.messages(slack.channel).length === 2 && slack.ephemerals(slack.channel).length === 1);
    expect(slack.ephemerals(slack.channel)[0]?.text).toBe("at once");
    await slack.until(() => slack.deliveries.every(({ status }) => status === 200));
    expect(slack.problems).toEqual([]);
  });

  test("an address that fails is tried again", async () => {
    const { slack } = await openSlack({ mode: "http", retryPauseMs: 1 });
    slack.deliverTo("http://127.0.0.1:9/slack/events");
    slack.say({ in: slack.channel, text: "hello" });
    await slack.until(() => slack.deliveries.length === 4);
    expect(slack.deliveries.map(({ attempt }) => attempt)).toEqual([0, 1, 2, 3]);
  });
});
