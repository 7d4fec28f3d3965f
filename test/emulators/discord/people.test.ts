import { type Client, Events, type Message } from "discord.js";
import { expect, test } from "vitest";
import { connect, textChannel } from "./real-client.ts";

const withoutContent = [1, 1 << 9, 1 << 12];

test("without the content intent only mentions, replies and direct messages can be read", async () => {
  const heard: string[] = [];
  const { discord, client } = await connect(hear(heard), { messageContent: false, intents: withoutContent });
  const own = await (await textChannel(client, discord.channel.id)).send("mine");
  discord.say({ in: discord.channel, text: "hidden" });
  discord.say({ in: discord.channel, text: `<@${discord.botId}> seen` });
  discord.say({ in: discord.channel, text: "reply", replyTo: own.id });
  discord.say({ in: discord.channel, text: "silent reply", replyTo: own.id, pings: false });
  discord.dm({ text: "private" });
  await expect.poll(() => heard).toEqual(["mine", "", `<@${discord.botId}> seen`, "reply", "", "private"]);
});

test("a redelivery carries the same id", async () => {
  const ids: string[] = [];
  const { discord } = await connect((client) => {
    client.on(
      Events.Raw,
      (packet: { t: string; d: { id: string } }) => packet.t === "MESSAGE_CREATE" && ids.push(packet.d.id),
    );
  });
  const said = discord.say({ in: discord.channel, text: "twice" });
  discord.say({ in: discord.channel, text: "twice", messageId: said.id });
  await expect.poll(() => ids).toEqual([said.id, said.id]);
});

test("a forum post is a thread whose first message has its id", async () => {
  const heard: string[] = [];
  const { discord } = await connect(hear(heard));
  const forum = discord.addChannel({ name: "help", type: "forum" });
  const post = discord.post({ in: forum, title: "How?", text: "like this" });
  await expect.poll(() => heard).toEqual(["like this"]);
  expect(discord.messages(post).map((message) => message.id)).toEqual([post.id]);
  expect(discord.threads(forum)).toMatchObject([{ id: post.id, name: "How?" }]);
});

test("people change and delete what they said", async () => {
  const seen: string[] = [];
  const { discord } = await connect((client) => {
    client.on(Events.MessageUpdate, (_, message) => seen.push(message.content));
    client.on(Events.MessageDelete, (message) => seen.push(`${message.content} is gone`));
  });
  const said = discord.say({ in: discord.channel, text: "frist" });
  discord.edit(said, "first");
  discord.delete(said);
  await expect.poll(() => seen).toEqual(["first", "first is gone"]);
  expect(discord.messages(discord.channel)).toEqual([]);
  expect(discord.messages(discord.channel, { all: true })).toMatchObject([
    { id: said.id, deletedAt: expect.any(Number) },
  ]);
});

test("attachments can be fetched from their links, and uploads are kept", async () => {
  const { discord, client } = await connect((own) => {
    own.on(Events.MessageCreate, async (message: Message) => {
      const file = message.author.bot ? undefined : message.attachments.first();
      if (file)
        await message.reply({
          files: [{ name: "back.txt", attachment: Buffer.from(await (await fetch(file.url)).text()) }],
        });
    });
  });
  discord.say({ in: discord.channel, text: "", attachments: [{ name: "a b.txt", content: "inside" }] });
  await discord.until(() => discord.messages(discord.channel).length === 2);
  const [file] = discord.messages(discord.channel)[1]?.files ?? [];
  expect([file?.name, Buffer.from(file?.content ?? []).toString()]).toEqual(["back.txt", "inside"]);
  expect(discord.problems).toEqual([]);
  expect(client.isReady()).toBe(true);
});

test("history comes newest first, around and before a message", async () => {
  const { discord, client } = await connect();
  const said = ["a", "b", "c", "d", "e"].map((text) => discord.say({ in: discord.channel, text }));
  const channel = await textChannel(client, discord.channel.id);
  const read = async (options: object) =>
    [...(await channel.messages.fetch({ cache: false, ...options })).values()].map((message) => message.content);
  await expect(read({ limit: 2 })).resolves.toEqual(["e", "d"]);
  await expect(read({ limit: 2, before: said[2]?.id })).resolves.toEqual(["b", "a"]);
  await expect(read({ limit: 2, after: said[2]?.id })).resolves.toEqual(["e", "d"]);
  await expect(read({ limit: 3, around: said[2]?.id })).resolves.toEqual(["d", "c", "b"]);
});

test("mentions are pinged only as far as allowed", async () => {
  const { discord, client } = await connect();
  const text = `<@${discord.someone.id}> <@&${discord.botRoleId}> @everyone`;
  const channel = await textChannel(client, discord.channel.id);
  await channel.send(text);
  await channel.send({ content: text, allowedMentions: { parse: [] } });
  expect(discord.messages(discord.channel).map((message) => message.pings)).toEqual([
    { users: [discord.someone.id], roles: [discord.botRoleId], everyone: true },
    { users: [], roles: [], everyone: false },
  ]);
});

function hear(heard: string[]): (client: Client) => void {
  return (client) => client.on(Events.MessageCreate, (message) => heard.push(message.content));
}
