import { afterEach, beforeEach, expect, test } from "vitest";
import { longestNotice } from "../../../src/reply/notices.ts";
import type { MessageRecord } from "../../emulators/slack/records.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

let parley: SlackParley;
beforeEach(async () => {
  parley = await startSlackParley({ core: { windowTokens: 100_000 } });
});
afterEach(() => parley.stop());

const lastIn = (root: MessageRecord) => parley.slack.messages(parley.slack.channel, root).at(-1);

test("an answer that goes on for ever is ended, and can be gone on with", async () => {
  const { slack, ai } = parley;
  // Code is one file, however long: as text these would be some twenty-five messages, one a second.
  const lines = Array.from({ length: 400 }, () => "console.log(1);\n".repeat(30));
  ai.replies({ text: ["```js\n", ...lines] }, { text: "More." });
  const ann = slack.addUser("ann", { displayName: "Ann" });
  const root = slack.say({ in: slack.channel, by: ann, text: `<@${slack.botUserId}> Write` });
  await slack.until(() => lastIn(root)?.text.includes(longestNotice(false, true)) === true, 20_000);
  expect(JSON.stringify(lastIn(root))).toContain("Go on");
  slack.say({ in: slack.channel, thread: root, by: ann, text: "go on" });
  await slack.until(() => lastIn(root)?.text.includes("More.") === true, 20_000);
  expect(JSON.stringify(ai.requests.at(-1)?.messages)).toContain("continue exactly where it stops");
}, 60_000);
