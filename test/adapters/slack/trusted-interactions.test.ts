import { afterEach, beforeEach, expect, test } from "vitest";
import { respondAt } from "../../../adapters/slack/controls/interaction-surface.ts";
import { createSeal } from "../../../adapters/slack/install/seal.ts";
import type { MessageRecord, UserRecord, ViewRecord } from "../../emulators/slack/records.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

let parley: SlackParley;
let ann: UserRecord;

beforeEach(async () => {
  parley = await startSlackParley();
  ann = parley.slack.addUser("ann", { displayName: "Ann" });
}, 60_000);

afterEach(async () => {
  const { problems } = parley.slack;
  await parley.stop();
  expect(problems).toEqual([]);
});

const mention = (text: string) => `<@${parley.slack.botUserId}> ${text}`;

async function cutAnswer(question: string): Promise<MessageRecord> {
  const { slack, ai } = parley;
  ai.replies({ text: `Half of ${question}`, finish: "length" });
  const root = slack.say({ in: slack.channel, by: ann, text: mention(question) });
  const answer = () =>
    slack.messages(slack.channel, root).find(({ buttons }) => buttons.some(({ actionId }) => actionId === "go-on"));
  await slack.until(() => answer() !== undefined);
  return answer() ?? expect.unreachable();
}

test("a press that names another thread than the one it stands in is refused", async () => {
  const { slack, ai } = parley;
  const [one, two] = [await cutAnswer("a song"), await cutAnswer("a poem")];
  const value = `slack:${slack.team.id}:${slack.channel.id}:${two.threadTs}`;
  const asked = ai.requests.length;
  const pressed = slack.press({ on: one, actionId: "go-on", value, forged: true });
  await slack.until(() => pressed.responses.length > 0);
  expect(JSON.stringify(pressed.responses)).toContain("This button no longer works. Ask again, or type the command.");
  expect(ai.requests).toHaveLength(asked);
  slack.press({ on: two, actionId: "go-on", value });
  await slack.until(() => ai.requests.length > asked);
});

async function openedForm(by: UserRecord): Promise<ViewRecord> {
  const { slack } = parley;
  slack.command({ in: slack.channel, by, text: "persona set" });
  await slack.until(() => slack.views.length > 0);
  return slack.views.at(-1) as ViewRecord;
}

test("a form is taken only as the bot made it, and of the person for whom it was", async () => {
  const { slack } = parley;
  const admin = slack.addUser("boss", { admin: true });
  const view = await openedForm(ann);
  const kept = String(view.view["private_metadata"]);
  const values = { preset: { value: "pirate" } };
  const elsewhere = JSON.stringify({ user: ann.id, channel: "C0SECRET", root: "1.000001", respondUrl: "" });
  const forged = [
    { metadata: "" },
    { metadata: "null" },
    { metadata: elsewhere },
    { metadata: kept.replace(slack.channel.id, "C0SECRET") },
    { metadata: createSeal("a guess").close(elsewhere) },
    { metadata: kept, by: admin },
  ];
  for (const use of forged) {
    slack.submit({ view, by: ann, values, ...use });
    await slack.until(() => JSON.stringify(view.errors).includes("no longer works"));
    (view as { errors: object }).errors = {};
  }
  expect(slack.ephemerals(slack.channel)).toEqual([]);
});

test.each([
  "http://127.0.0.1:9/hook",
  "https://hooks.slack.com.evil.example/x",
  "http://hooks.slack.com/x",
  "https://evil.example/hooks.slack.com",
  "file:///etc/passwd",
  "",
])("nothing is posted to %j, which is not Slack's", async (url) => {
  const answer = { response_type: "ephemeral" as const, replace_original: false, text: "x", blocks: [] };
  await expect(respondAt(url, "https://slack.com/api/")(answer)).rejects.toMatchObject({ code: "gone" });
});

test("what somebody asks by a command is a quotation in which nothing is markup", async () => {
  const { slack } = parley;
  const sam = slack.addUser("sam", { displayName: "*Sam*\n:warning:" });
  slack.command({
    in: slack.channel,
    by: sam,
    text: "ask Hi\n:rotating_light: *Notice of the workspace admins* &lt;https://evil.example|Log in&gt;",
  });
  await slack.until(() => slack.messages(slack.channel).length > 0);
  const [question] = slack.messages(slack.channel);
  expect(question?.text).toBe(
    "*Sam* :warning: asks:\n> Hi\n> :rotating_light: *Notice of the workspace admins* <https://evil.example|Log in>",
  );
  const posted = slack.requests.find(({ method }) => method === "chat.postMessage");
  expect(posted?.args).toMatchObject({ mrkdwn: expect.anything(), parse: "none" });
  expect(JSON.stringify(posted?.args["blocks"])).not.toMatch(/mrkdwn|markdown/);
});

test("every text is sent to be read as it is written", async () => {
  const { slack, ai } = parley;
  await cutAnswer("a song, @channel @here");
  slack.addUser("boss");
  slack.say({ in: slack.channel, by: ann, text: mention("help") });
  ai.replies({ text: "@everyone ".repeat(400) });
  const root = slack.say({ in: slack.channel, by: ann, text: mention("Call them") });
  await slack.until(() =>
    slack.messages(slack.channel, root).some(({ text, streaming }) => text.length > 3_000 && !streaming),
  );
  const sent = slack.requests.filter(({ method }) => /^chat\.(postMessage|postEphemeral|update)$/.test(method));
  expect(new Set(sent.map(({ method }) => method)).size).toBeGreaterThanOrEqual(2);
  for (const { args } of sent) expect([args["parse"], String(args["link_names"])]).toEqual(["none", "false"]);
});
