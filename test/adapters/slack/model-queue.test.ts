import { afterEach, beforeEach, expect, test } from "vitest";
import type { MessageRecord } from "../../emulators/slack/records.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

let parley: SlackParley;
beforeEach(async () => {
  const waiting = { queuedMs: 0, thinkingMs: 60_000, silentMs: 60_000, renewMs: 10 };
  parley = await startSlackParley({ model: { concurrency: 1 }, core: { waiting } });
});
afterEach(async () => {
  const { problems } = parley.slack;
  await parley.stop();
  expect(problems).toEqual([]);
});

const own = (root: MessageRecord) =>
  parley.slack.messages(parley.slack.channel, root).filter(({ userId }) => userId === parley.slack.botUserId);
const status = (root: MessageRecord) => parley.slack.statuses(parley.slack.channel, root).at(-1)?.status ?? "";
const name = (content: string | undefined) => /(\w+) asks/.exec(content ?? "")?.[1];

test("everybody is answered in turn, and sees their place as a status until then", async () => {
  const { slack, ai } = parley;
  const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  let turn = 0;
  ai.replyTo(({ messages }) => {
    const hold = gates[turn++]?.promise;
    return { text: `To ${name(messages.at(-1)?.content)}.`, ...(hold === undefined ? {} : { hold }) };
  });
  const roots: MessageRecord[] = [];
  for (const person of ["ann", "ben", "cleo"]) {
    const by = slack.addUser(person, { displayName: person });
    const root = slack.say({ in: slack.channel, by, text: `<@${slack.botUserId}> ${person} asks` });
    if (roots.length === 0) await ai.until(() => ai.requests.length === 1);
    else await slack.until(() => status(root).startsWith("is waiting"));
    roots.push(root);
  }
  expect(roots.slice(1).map(status)).toEqual([
    "is waiting: your question is next",
    "is waiting: 1 question before yours",
  ]);
  expect(roots.flatMap(own)).toEqual([]);
  gates[0]?.resolve();
  await slack.until(() => roots.map(status).at(-1) === "is waiting: your question is next");
  gates[1]?.resolve();
  gates[2]?.resolve();
  const isWhole = (root: MessageRecord) =>
    own(root).length > 0 && own(root).every(({ streaming, buttons }) => !streaming && buttons.length === 0);
  await slack.until(() => roots.every((root) => isWhole(root) && status(root) === ""));
  expect(roots.map((root) => own(root).map(({ text }) => text))).toEqual([["To ann."], ["To ben."], ["To cleo."]]);
});
