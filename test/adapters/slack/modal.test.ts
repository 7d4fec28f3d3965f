import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { botScopes } from "../../../adapters/slack/app/manifest.ts";
import { fromModal, toModal } from "../../../adapters/slack/controls/persona-modal.ts";
import { createSeal } from "../../../adapters/slack/install/seal.ts";
import { presets } from "../../../src/choices/presets.ts";
import type { ChannelRecord, MessageRecord, UserRecord, ViewRecord } from "../../emulators/slack/records.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

const origin = { user: "U1", channel: "C1", root: "1.2", respondUrl: "https://hooks/1" };
const seal = createSeal("secret");
const values = (text: string | null, preset?: string, scope = "thread") => ({
  text: { value: { value: text } },
  preset: { value: { selected_option: preset === undefined ? null : { value: preset } } },
  scope: { value: { selected_option: { value: scope } } },
});
const filled = (...parts: Parameters<typeof values>) => fromModal(origin, values(...parts));

describe("the form, filled", () => {
  test.each([
    ["from the list", values(null, "pirate"), { persona: "pirate", scope: "thread" }],
    ["in own words", values(" You are a chef. ", undefined, "server"), { persona: "You are a chef.", scope: "server" }],
  ])("%s", (_, state, options) => expect(fromModal(origin, state)).toEqual({ kind: "set", origin, options }));

  test.each([
    ["with nothing", filled(null), "Choose a persona"],
    ["with spaces", filled("  "), "Choose a persona"],
    ["with both", filled("You are a chef.", "pirate"), "not both"],
  ])("%s is sent back", (_, submitted, sentence) =>
    expect(submitted).toEqual({ kind: "incomplete", errors: { text: expect.stringContaining(sentence) } }),
  );
});

test("the form offers every persona, and what reaches as far as it can from there", () => {
  const inThread = JSON.stringify(toModal(origin, ["pirate", "teacher"], seal));
  for (const text of ["pirate", "teacher", "This thread", "This channel", "whole workspace"])
    expect(inThread).toContain(text);
  expect(JSON.stringify(toModal({ user: "U1", channel: "C1", respondUrl: "" }, [], seal))).not.toContain("This thread");
  expect(JSON.stringify(toModal({ user: "U1", channel: "D1", respondUrl: "" }, [], seal))).toContain(
    "All our direct messages",
  );
});

describe("on the whole bot", () => {
  let parley: SlackParley;
  let admin: UserRecord;
  beforeEach(async () => {
    parley = await startSlackParley({ slack: { scopes: botScopes.map(({ scope }) => scope) } });
    admin = parley.slack.addUser("boss", { displayName: "Boss", admin: true });
  });
  afterEach(async () => {
    const { problems } = parley.slack;
    await parley.stop();
    expect(problems).toEqual([]);
  });

  const whispers = (channel: ChannelRecord) => parley.slack.ephemerals(channel).map(({ text }) => text);
  const system = () => parley.ai.requests.at(-1)?.messages[0]?.content ?? "";

  async function opened(how: () => void): Promise<ViewRecord> {
    const { slack } = parley;
    const before = slack.views.length;
    how();
    await slack.until(() => slack.views.length > before);
    return slack.views.at(-1) as ViewRecord;
  }

  const byCommand = (channel: ChannelRecord, by: UserRecord = admin) =>
    opened(() => parley.slack.command({ in: channel, by, text: "persona set" }));
  const byShortcut = (on: MessageRecord, by: UserRecord = admin) =>
    opened(() => parley.slack.shortcut({ on, by, callbackId: "set-persona" }));

  type Filled = { readonly text?: string; readonly preset?: string; readonly scope?: string };
  const submit = (view: ViewRecord, fields: Filled, by: UserRecord = admin) =>
    parley.slack.submit({
      view,
      by,
      values: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value }])),
    });

  async function asked(text = "Who are you?", thread?: MessageRecord): Promise<MessageRecord> {
    const { slack, ai } = parley;
    const before = ai.requests.length;
    const said = slack.say({
      in: slack.channel,
      text: `<@${slack.botUserId}> ${text}`,
      ...(thread === undefined ? {} : { thread }),
    });
    await ai.until(() => ai.requests.length > before);
    return said;
  }

  test("offers all presets", async () => {
    const view = await byCommand(parley.slack.channel);
    for (const { name } of presets) expect(JSON.stringify(view.view)).toContain(`"${name}"`);
  });

  test("sets a channel's persona, which the person alone hears and the next thread speaks as", async () => {
    const { slack } = parley;
    submit(await byCommand(slack.channel), { preset: "pirate" });
    await slack.until(() => whispers(slack.channel).length > 0);
    expect(slack.ephemerals(slack.channel)).toMatchObject([
      { user: admin.id, text: "In this channel I now speak as **Pirate**." },
    ]);
    expect(slack.messages(slack.channel)).toEqual([]);
    await asked();
    expect(system()).toContain("pirate captain");
  });

  test("sets a persona of 3,000 characters for the whole workspace", async () => {
    const { slack } = parley;
    const text = `You are a chef. ${"Salt. ".repeat(600)}`.slice(0, 2_999).padEnd(3_000, "!");
    submit(await byCommand(slack.channel), { text, scope: "server" });
    await slack.until(() => whispers(slack.channel).length > 0);
    expect(whispers(slack.channel)[0]).toContain("In this workspace I now speak as");
    await asked();
    expect(system()).toContain(text);
  });

  test("sets a thread's persona from a message in it, for anybody", async () => {
    const { slack } = parley;
    const root = await asked();
    const ann = slack.addUser("ann");
    submit(await byShortcut(root, ann), { preset: "pirate" }, ann);
    await slack.until(() => slack.messages(slack.channel, root).some(({ text }) => text.includes("In this thread")));
    await asked("And now?", root);
    expect(system()).toContain("pirate captain");
    await asked("And elsewhere?");
    expect(system()).not.toContain("pirate captain");
  });

  test.each([
    ["channel", "Only the creator of this channel and the workspace's admins can change the persona for this channel."],
    ["server", "Only the workspace's admins can change the persona for this workspace."],
  ])("refuses a member the %s, which only they hear", async (scope, sentence) => {
    const { slack } = parley;
    const ann = slack.addUser("ann");
    submit(await byCommand(slack.channel, ann), { preset: "pirate", scope }, ann);
    await slack.until(() => whispers(slack.channel).length > 0);
    expect(slack.ephemerals(slack.channel)[0]).toMatchObject({ user: ann.id });
    expect(whispers(slack.channel)[0]).toContain(sentence);
    expect(slack.messages(slack.channel)).toEqual([]);
  });

  test("shows under its field what is missing or too much, and takes it when it is mended", async () => {
    const { slack } = parley;
    const view = await byCommand(slack.channel);
    submit(view, {});
    await slack.until(() => Object.keys(view.errors).length > 0);
    expect(view.errors["text"]).toContain("Choose a persona");
    const both = submit(view, { preset: "pirate", text: "You are a chef." });
    await slack.until(() => both.ackedAt !== undefined);
    expect(view.errors["text"]).toContain("not both");
    submit(view, { preset: "pirate" });
    await slack.until(() => !view.open && whispers(slack.channel).length > 0);
  });

  test("sets the persona of all direct messages", async () => {
    const { slack, ai } = parley;
    const ann = slack.addUser("ann");
    const direct = slack.direct(ann);
    submit(await byCommand(direct, ann), { preset: "pirate" }, ann);
    await slack.until(() => whispers(direct).length > 0);
    slack.say({ in: direct, by: ann, text: "Who are you?" });
    await ai.until(() => ai.requests.length > 0);
    expect(system()).toContain("pirate captain");
  });

  test("works in a channel where the bot is no member", async () => {
    const { slack } = parley;
    const channel = slack.addChannel({ name: "far", joined: false });
    submit(await byCommand(channel), { preset: "pirate" });
    await slack.until(() => whispers(channel).length === 1);
    const said = slack.say({ in: channel, text: "Hm" });
    submit(await byShortcut(said), { preset: "teacher" });
    await slack.until(() => whispers(channel).length === 2);
    expect(whispers(channel)).toEqual([
      "In this channel I now speak as **Pirate**.",
      "In this thread I now speak as **Teacher**.",
    ]);
  });

  test("that cannot be opened says so", async () => {
    const { slack } = parley;
    slack.fail({ method: "views.open", error: "expired_trigger_id" });
    slack.command({ in: slack.channel, by: admin, text: "persona set" });
    await slack.until(() => whispers(slack.channel).length > 0);
    expect(whispers(slack.channel)[0]).toContain("The form could not be opened");
  });
});
