import { MessageFlags } from "discord.js";
import { expect, onTestFinished, test } from "vitest";
import { createDiscord } from "../../../adapters/discord/index.ts";
import { type Content, PlatformError, type ReplySurface, type TextFile } from "../../../src/port/index.ts";
import { sentences } from "../../../src/sentences/sentences.ts";
import { type Discord, startDiscord } from "../../emulators/discord/discord-emulator.ts";
import { createContext } from "../../support/adapter-context.ts";
import { recordingLog } from "../../support/recording-log.ts";

const permission = { sendMessages: 1n << 11n, attachFiles: 1n << 15n };

type Opened = { readonly discord: Discord; readonly surface: ReplySurface; readonly log: { text(): string } };

/** The surface of a reply to a mention in a channel, or to a command. */
async function openSurface({ deny = 0n, asked = false } = {}): Promise<Opened> {
  const discord = await startDiscord();
  const log = recordingLog();
  const settings = { token: discord.token, apiUrl: discord.apiUrl, replyIn: "channel", followThreads: true } as const;
  const adapter = createDiscord(settings, createContext(log));
  const { promise, resolve } = Promise.withResolvers<ReplySurface>();
  onTestFinished(async () => {
    await adapter.stop();
    await discord.stop();
    expect(discord.problems).toEqual([]);
  });
  const channel = discord.addChannel({ deny });
  await adapter.start(async (_, surface) => resolve(surface));
  if (asked) discord.slash({ in: channel, name: "help" });
  else discord.say({ in: channel, text: `<@${discord.botId}> hello` });
  return { discord, surface: await promise, log };
}

const file = (name: string, text = `text of ${name}`): TextFile => ({ name, text });
const content = (markdown: string, ...files: readonly TextFile[]): Content => ({
  markdown,
  files,
  controls: [],
  live: false,
});
const filesOf = ({ discord }: Opened, id: string) =>
  discord.message(id)?.files.map(({ name, content: bytes }) => [name, Buffer.from(bytes).toString()]);
const uploads = ({ discord }: Opened) =>
  discord.requests.filter(({ body }) => JSON.stringify(body ?? {}).includes('"attachments"')).length;

test.each([false, true])("files stand under the message, and an edit leaves them (a command: %s)", async (asked) => {
  const opened = await openSurface({ asked });
  const { discord, surface } = opened;
  const id = await surface.create(content("One", file("code.py"), file("code-2.ts")));
  await surface.edit(id, content("Two", file("code.py"), file("code-2.ts")));
  await surface.edit(id, content("Three"));
  expect(discord.message(id)?.content).toBe("Three");
  expect(filesOf(opened, id)).toEqual([
    ["code.py", "text of code.py"],
    ["code-2.ts", "text of code-2.ts"],
  ]);
  expect(uploads(opened)).toBe(1);
  expect((discord.message(id)?.flags ?? 0) & MessageFlags.SuppressEmbeds).not.toBe(0);
});

test.each([false, true])("a file that comes later joins those that stand (a command: %s)", async (asked) => {
  const opened = await openSurface({ asked });
  const id = await opened.surface.create(content("One"));
  await opened.surface.edit(id, content("Two", file("code.py")));
  await opened.surface.edit(id, content("Three", file("code.py"), file("table.txt")));
  expect(filesOf(opened, id)?.map(([name]) => name)).toEqual(["code.py", "table.txt"]);
  expect(opened.discord.message(id)?.states.map(({ files }) => files.length)).toEqual(
    expect.arrayContaining([0, 1, 2]),
  );
});

const down = { status: 502, times: 4, body: { code: 0, message: "Bad gateway" } } as const;

test.each([
  ["was lost", true],
  ["was a fault", false],
])("an edit whose answer %s, made again, neither doubles nor drops the file", async (_, applied) => {
  const opened = await openSurface();
  const { discord, surface } = opened;
  const id = await surface.create(content("One"));
  discord.fail({ ...down, ...(applied ? { applied } : {}), method: "PATCH", route: /messages/ });
  await expect(surface.edit(id, content("Two", file("code.py")))).rejects.toThrow(PlatformError);
  expect(filesOf(opened, id)).toHaveLength(applied ? 1 : 0);
  await surface.edit(id, content("Two", file("code.py")));
  expect(filesOf(opened, id)).toHaveLength(1);
});

test("a message whose answer was lost gets the file that came meanwhile", async () => {
  const opened = await openSurface();
  const { discord, surface } = opened;
  discord.fail({ ...down, applied: true, method: "POST", route: /\/channels\/:channel\/messages$/ });
  await expect(surface.create(content("Same words"))).rejects.toThrow(PlatformError);
  const id = await surface.create(content("Same words", file("code.py")));
  expect(filesOf(opened, id)?.map(([name]) => name)).toEqual(["code.py"]);
  expect(
    discord.messages(discord.message(id)?.channelId ?? "").filter(({ authorId }) => authorId === discord.botId),
  ).toHaveLength(1);
});

const note = `_… 212 more lines. ${sentences.answers.attached.code}_`;

test("where it may not attach files, the message says so in place of the file, and the log names the permission", async () => {
  const opened = await openSurface({ deny: permission.attachFiles });
  const { discord, surface, log } = opened;
  const full = `${"x".repeat(2_000 - note.length)}${note}`;
  const id = await surface.create(content(full, file("code.py")));
  expect(discord.message(id)?.content).toContain("_… 212 more lines. Ask an admin to let me attach files._");
  expect(log.text()).toContain("give the bot the permission Attach Files");
  await surface.edit(id, content(`Edited. ${note}`, file("code.py")));
  expect(discord.message(id)?.content).toBe("Edited. _… 212 more lines. Ask an admin to let me attach files._");
  await surface.edit(id, content(`_${sentences.answers.attached.table}_`, file("table.txt")));
  expect(discord.message(id)?.content).toBe("_Ask an admin to let me attach files._");
  expect(uploads(opened)).toBe(1); // it is not tried again
});

test.each([false, true])("a file that is refused with an edit costs no words (a command: %s)", async (asked) => {
  const { discord, surface, log } = await openSurface({ asked });
  const id = await surface.create(content("One"));
  const body = { code: 50_013, message: "Missing Permissions" };
  discord.fail({ method: "PATCH", route: /messages/, status: 403, body });
  await surface.edit(id, content(note, file("code.py")));
  expect(discord.message(id)?.content).toContain("Ask an admin to let me attach files");
  expect(log.text()).toContain("Attach Files");
});

test("where it may not speak at all, that is the failure", async () => {
  const { surface, log } = await openSurface({ deny: permission.sendMessages });
  await expect(surface.create(content(note, file("code.py")))).rejects.toMatchObject({ code: "forbidden" });
  expect(log.text()).not.toContain("Attach Files");
});

test("no more files are sent than Discord takes, and no larger ones", async () => {
  const opened = await openSurface();
  const many = Array.from({ length: 11 }, (_, index) => file(`code-${index}.txt`));
  const id = await opened.surface.create(content("Many", ...many));
  expect(filesOf(opened, id)).toHaveLength(10);
  await opened.surface.edit(id, content("Large", file("code.txt", "ä".repeat(6 * 1024 * 1024))));
  const [[, text = ""] = []] = filesOf(opened, id) ?? [];
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(10 * 1024 * 1024);
  expect(text).toMatch(/^ä+\n… The rest is missing/);
});

test("the invitation asks for the right to attach files", async () => {
  const { log } = await openSurface();
  const [, bits] = /permissions=(\d+)/.exec(log.text()) ?? [];
  expect(BigInt(bits ?? 0) & permission.attachFiles).toBe(permission.attachFiles);
});
