import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { createTerminal } from "../../../adapters/terminal/index.ts";
import { createReplyHandle } from "../../../src/reply/reply-handle.ts";
import { createContext } from "../../support/adapter-context.ts";
import { openCore } from "../../support/core.ts";
import { settled } from "../../support/manual-clock.ts";
import { recordingLog } from "../../support/recording-log.ts";

test("a growing answer with a code block is printed once, without taking anything back", async () => {
  const text = "Here:\n\n```ts\nconst one = 1;\nconst two = 2;\n```\n\nThat is all.";
  expect(await printed(text, text)).toBe(text);
});

test("an answer stopped inside a code block is not printed again for its notice", async () => {
  const live = "Here:\n\n```ts\nconst one = 1;";
  const whole = `${live}\n\`\`\`\n\n_⚠️ Stopped._`;
  expect(await printed(live, whole)).toBe(whole);
});

test("control characters from the model never reach the terminal", async () => {
  expect(await printed("a\u001b[2Jb\u0007c\u009bd", "a\u001b[2Jb\u0007c\u009bd\r\n\te")).toBe("a[2Jbcd\n\te");
});

test("how long a model thinks is not printed: a terminal cannot take it back", async () => {
  const { bot, context, ai, stop } = await openCore({ core: { waiting: { thinkingMs: 0, silentMs: 0, renewMs: 5 } } });
  const [input, output] = [new PassThrough(), new PassThrough()];
  let screen = "";
  const { promise, resolve } = Promise.withResolvers<void>();
  output.on("data", (chunk) => {
    screen += chunk;
    if (screen.match(/you ▸/g)?.length === 2) resolve();
  });
  ai.replies({ reasoning: "Hm.", text: "Because.", firstTokenMs: 60 });
  const adapter = createTerminal({ input, output, alone: true }, "ann", context);
  await adapter.start(bot.receive);
  input.write("Why?\n");
  await promise;
  expect(screen).toBe("you ▸ \nparley ▸ Because.\nyou ▸ ");
  await adapter.stop();
  await stop();
});

test.each([
  ["/replies", {}],
  ["/replies final", { mode: "final" }],
  ["/replies mode=final", { mode: "final" }],
  ["/replies channel final", { mode: "final", scope: "channel" }],
  ["/persona reset scope=channel", { scope: "channel" }],
  ["/persona reset channel", { scope: "channel" }],
])("%s is a command with %j", async (line, options) => {
  const input = new PassThrough();
  const context = createContext(recordingLog());
  const adapter = createTerminal({ input, output: new PassThrough(), alone: true }, "ann", context);
  const heard = new Promise((resolve) => void adapter.start(async (event) => resolve(event)));
  input.write(`${line}\n`);
  expect(await heard).toMatchObject({ kind: "command", options });
  await adapter.stop();
});

/** What stands on the terminal after a reply grew by three characters at a time up to `live`, and ended as `whole`. */
async function printed(live: string, whole: string): Promise<string> {
  const input = new PassThrough();
  const output = new PassThrough();
  let screen = "";
  output.on("data", (chunk) => {
    screen += chunk;
  });
  const adapter = createTerminal({ input, output, alone: true }, "ann", createContext(recordingLog()));
  await adapter.start(async (_event, surface) => {
    const reply = createReplyHandle(surface, [{ command: "stop", label: "Stop" }]);
    for (let length = 3; length < live.length; length += 3) await reply.show(live.slice(0, length));
    await reply.settle(whole, []);
  });
  input.write("go\n");
  await settled();
  await adapter.stop();
  return /parley ▸ ([\s\S]*?)\nyou ▸ /.exec(screen)?.[1] ?? "";
}

test("no prompt stands in the middle of an answer that a command overtakes", async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  let screen = "";
  output.on("data", (chunk) => {
    screen += chunk;
  });
  const answer = Promise.withResolvers<void>();
  const adapter = createTerminal({ input, output, alone: true }, "ann", createContext(recordingLog()));
  await adapter.start((event) => (event.kind === "command" ? Promise.resolve() : answer.promise));
  input.write("question\n/stop\n");
  await settled();
  expect(screen.match(/you ▸/g)).toHaveLength(1);
  answer.resolve();
  await settled();
  expect(screen.match(/you ▸/g)).toHaveLength(2);
  await adapter.stop();
});

test("what would be a button is a number to type, and files are printed", async () => {
  const { bot, context, ai, stop } = await openCore();
  const [input, output] = [new PassThrough(), new PassThrough()];
  let screen = "";
  output.on("data", (chunk) => {
    screen += chunk;
  });
  ai.replies({ text: "Nice." });
  const adapter = createTerminal({ input, output, alone: true }, "ann", context);
  await adapter.start(bot.receive);
  const type = async (line: string, answer: string) => {
    input.write(`${line}\n`);
    await vi.waitUntil(() => screen.includes(answer) && screen.endsWith("you ▸ "));
  };
  await type("I like quokkas.", "Nice.");
  await type("/export", "memory.json:");
  expect(screen).toContain("I like quokkas.\n\n## Answer");
  await type("/forget me", "Type 1: Forget everything I said\n\nType 2: Keep everything");
  await type("1", "Forgotten: 1 message in 1 thread, and 1 of my answers.");
  await adapter.stop();
  await stop();
});
