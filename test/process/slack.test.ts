import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startSlack } from "../emulators/slack/slack-emulator.ts";
import { spawnParley } from "../support/spawn-parley.ts";
import { wordsInFile } from "../support/words-in-file.ts";
import { key, openWorld } from "./on-slack.ts";

/** sysexits.h, EX_CONFIG: starting again without a change will not help. */
const configuration = 78;

test("from its settings to the first answer by Socket Mode, without a secret in the log", async () => {
  const { slack, ai, start, mention, texts } = await openWorld();
  const parley = await start({ env: { LOG_LEVEL: "debug" } });
  expect(parley.output()).toContain("slack: on");
  ai.replies({ text: "Four, of course." });
  const root = slack.say({ in: slack.channel, text: mention("What is 2+2?") });
  await slack.until(() => texts(root).at(-1) === "Four, of course.");
  parley.kill("SIGTERM");
  expect(await parley.exit()).toBe(0);
  for (const secret of [slack.botToken, slack.appToken, key, "What is 2+2?"]) {
    expect(parley.output()).not.toContain(secret);
  }
});

describe("a start that cannot succeed ends with a sentence", () => {
  test.each([
    [
      "an app's token where the bot's belongs",
      { SLACK_BOT_TOKEN: "xapp-1-A1-secret" },
      "- SLACK_BOT_TOKEN: must begin",
    ],
    ["half of the settings", { SLACK_BOT_TOKEN: "xoxb-1-secret" }, "- SLACK_APP_TOKEN: not set"],
    [
      "one workspace and several at once",
      {
        SLACK_BOT_TOKEN: "xoxb-1-secret",
        SLACK_CLIENT_ID: "1.2",
        SLACK_CLIENT_SECRET: "secret",
        SLACK_SIGNING_SECRET: "secret",
      },
      "- SLACK_BOT_TOKEN: set, but with SLACK_CLIENT_ID",
    ],
  ])("%s", async (_, env, sentence) => {
    const parley = spawnParley({ env });
    expect(await parley.exit()).toBe(configuration);
    expect(parley.output()).toContain(sentence);
    expect(parley.output()).not.toMatch(/secret\b(?! )|-1-/);
  });

  test("a token that Slack refuses is named by its setting and never shown", async () => {
    const slack = await startSlack();
    onTestFinished(() => slack.stop());
    const wrong = "xoxb-wrong-token-that-nobody-may-read";
    const env = {
      SLACK_BOT_TOKEN: wrong,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      LOG_LEVEL: "debug",
    };
    const parley = spawnParley({ env });
    expect(await parley.exit()).toBe(configuration);
    expect(parley.output()).toContain("SLACK_BOT_TOKEN: Slack rejected the token.");
    expect(parley.output()).not.toContain(wrong);
  });
});

test("an app that is taken out of the workspace ends the bot, which says once what to do", async () => {
  const { slack, start } = await openWorld();
  const parley = await start();
  slack.uninstall();
  expect(await parley.exit()).toBe(configuration);
  expect(parley.output().match(/SLACK_BOT_TOKEN: the app was removed/g)).toHaveLength(1);
});

test("while Slack cannot be reached it can be ended", async () => {
  const env = { SLACK_BOT_TOKEN: "xoxb-1-a", SLACK_APP_TOKEN: "xapp-1-a", SLACK_API_URL: "http://127.0.0.1:9/api" };
  const parley = spawnParley({ env });
  await parley.until("Slack cannot be reached; trying again in 1 s");
  parley.kill("SIGTERM");
  expect(await parley.exit()).toBe(0);
});

test("killed after Slack was told that the question has arrived, but before anything was known of it, it answers it", async () => {
  const { slack, ai, start, mention, texts } = await openWorld();
  const first = await start();
  slack.fail({ method: "users.info", hangMs: 60_000, times: 5 });
  const root = slack.say({ in: slack.channel, text: mention("Tell me of whales") });
  await slack.until(
    () => slack.deliveries.length > 1 && slack.deliveries.every(({ ackedAt }) => ackedAt !== undefined),
  );
  first.kill("SIGKILL");
  expect(await first.exit()).toBe("SIGKILL");
  expect(ai.requests).toHaveLength(0);
  ai.replies({ text: "Blue whales are big." });
  await start();
  await slack.until(() => texts(root).includes("Blue whales are big."));
  expect(texts(root)).toHaveLength(1);
  expect(ai.requests).toHaveLength(1);
});

test("what Slack was told has arrived is answered before what comes when the bot is back", async () => {
  const { slack, ai, start, mention, texts } = await openWorld();
  const answers = { whales: "Big.", dolphins: "Quick." };
  const about = (asked = "") => Object.entries(answers).find(([animal]) => asked.includes(animal))?.[1];
  ai.replyTo(({ messages }) => ({ text: about(messages.at(-1)?.content) ?? "Hello." }));
  const first = await start();
  const root = slack.say({ in: slack.channel, text: mention("Hello") });
  await slack.until(() => texts(root).includes("Hello."));
  await slack.until(() => slack.statuses(slack.channel, root).at(-1)?.status === "");
  let isKilled = false;
  slack.fail({ method: /info$/, hangMs: 60_000, times: 20, when: () => !isKilled });
  const whales = slack.say({ in: slack.channel, by: slack.addUser("new"), thread: root, text: mention("Of whales?") });
  await slack.until(() => slack.deliveriesOf(whales).some(({ ackedAt }) => ackedAt !== undefined));
  first.kill("SIGKILL");
  await first.exit();
  isKilled = true;
  slack.say({ in: slack.channel, by: slack.addUser("other"), thread: root, text: mention("Of dolphins?") });
  await start();
  await slack.until(() => texts(root).includes("Quick.") && texts(root).includes("Big."));
  expect(texts(root).slice(-2)).toEqual(["Big.", "Quick."]);
});

test("killed while a question waits behind another, and Slack then refuses its first text: it overwrites nobody's answer", async () => {
  const { slack, ai, start, mention, texts } = await openWorld();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  ai.replies({ text: "Big.", hold: first.promise }, { text: "Never.", hold: second.promise }, { text: "Quick." });
  const parley = await start();
  const root = slack.say({ in: slack.channel, text: mention("Tell me of whales") });
  await ai.until(() => ai.requests.length === 1);
  slack.say({ in: slack.channel, thread: root, text: "And dolphins?" });
  await slack.until(() => slack.deliveries.every(({ ackedAt }) => ackedAt !== undefined));
  first.resolve(); // so that this answer stands below the second question
  await ai.until(() => ai.requests.length === 2);
  parley.kill("SIGKILL");
  await parley.exit();
  slack.fail({ method: /chat\.(startStream|postMessage)/, status: 500 });
  await start();
  await slack.until(() => texts(root).includes("Quick."));
  expect(texts(root)).toEqual(["And dolphins?", "Big.", "Quick."]);
});

test("from “memory off” on, nothing of what is said is stored, not even while it is answered", async () => {
  const { slack, ai, start, mention, texts } = await openWorld();
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: "Hello." }, { text: "Nice.", holdAfter: { deltas: 0, until: gate.promise } });
  const by = slack.addUser("ada");
  const { folder } = await start();
  const greeting = slack.say({ in: slack.channel, by, text: mention("Hello") });
  await slack.until(() => texts(greeting).includes("Hello."));
  slack.command({ in: slack.channel, by, text: "memory off" });
  await slack.until(() =>
    slack.ephemerals(slack.channel).some(({ text }) => text.includes("I don't store your messages")),
  );
  const root = slack.say({ in: slack.channel, by, text: mention("I like zanzibarquokka.") });
  await vi.waitUntil(() => ai.requests.length === 2);
  expect(wordsInFile(join(folder, "data", "parley.sqlite"), "zanzibarquokka").rows).toEqual([]);
  gate.resolve();
  await slack.until(() => texts(root).includes("Nice."));
});

test("a sign of being at work that was left by a crash is taken away where nothing is said any more", async () => {
  const { slack, ai, start, mention } = await openWorld();
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: "Too late.", holdAfter: { deltas: 0, until: gate.promise } });
  const first = await start();
  const root = slack.say({ in: slack.channel, text: mention("Tell me of whales") });
  await slack.until(() => slack.statuses(slack.channel, root).length > 0);
  await vi.waitUntil(() => ai.requests.length === 1); // Slack hears nothing of that
  first.kill("SIGKILL");
  await first.exit();
  slack.delete(root);
  await start();
  await slack.until(() => slack.statuses(slack.channel, root).at(-1)?.status === "");
  expect(ai.requests).toHaveLength(1);
  gate.resolve();
});
