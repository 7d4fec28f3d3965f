import { Events, MessageFlags } from "discord.js";
import { describe, expect, test } from "vitest";
import { specFolder } from "./api-spec.ts";
import type { Discord } from "./discord/discord-emulator.ts";
import { connect, openClient, textChannel } from "./discord/real-client.ts";

describe("the Discord emulator, seen by discord.js", () => {
  test("a mention gets a reply", async () => {
    const { discord } = await connect((client) => {
      client.on(Events.MessageCreate, async (message) => {
        if (client.user && message.mentions.has(client.user)) await message.reply(`you said: ${message.content}`);
      });
    });
    const said = discord.say({ in: discord.channel, text: `<@${discord.botId}> hello` });
    await discord.until(() => discord.messages(discord.channel).length === 2);
    const [, reply] = discord.messages(discord.channel);
    expect(reply).toMatchObject({
      content: `you said: <@${discord.botId}> hello`,
      replyTo: said.id,
      authorId: discord.botId,
    });
    expect(reply?.pings.users).toEqual([discord.botId, discord.someone.id]);
    expect(discord.problems).toEqual([]);
  });

  test("quick edits wait for the limit instead of breaking it, and every state is kept", async () => {
    const rates = { "PATCH /channels/:channel/messages/:message": [5, 1_000] } as const;
    const { discord, client } = await connect(() => {}, { rates });
    const channel = await textChannel(client, discord.channel.id);
    const message = await channel.send("0");
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((count) => message.edit(String(count))));
    const states = discord.messages(discord.channel)[0]?.states ?? [];
    expect(states.map((state) => state.content)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
    expect((states[6]?.at ?? 0) - (states[1]?.at ?? 0)).toBeGreaterThan(900);
    expect(discord.rateLimited).toEqual([]);
  });

  test("an edit keeps the files that it lists, or all where it lists none, and adds its own", async () => {
    const { discord, client } = await connect();
    const channel = await textChannel(client, discord.channel.id);
    const upload = (name: string) => ({ name, attachment: Buffer.from(name) });
    const message = await channel.send({ files: [upload("a.txt"), upload("b.txt")] });
    await message.edit("kept");
    const [first] = message.attachments.values();
    await message.edit({ attachments: first === undefined ? [] : [first], files: [upload("c.txt")] });
    await message.edit({ files: [upload("d.txt")] });
    const states = discord.messages(discord.channel)[0]?.states ?? [];
    expect(states.map(({ files }) => files)).toEqual([
      ["a.txt", "b.txt"],
      ["a.txt", "b.txt"],
      ["a.txt", "c.txt"],
      ["d.txt"],
    ]);
    expect(discord.problems).toEqual([]);
  });

  test.each([
    ["eleven files", Array.from({ length: 11 }, () => 1), 30_015],
    ["a file over 10 MiB", [10 * 1024 * 1024 + 1], 40_005],
  ])("%s are refused", async (_, sizes, code) => {
    const { discord, client } = await connect();
    const channel = await textChannel(client, discord.channel.id);
    const files = sizes.map((size, index) => ({ name: `${index}.txt`, attachment: Buffer.alloc(size, "x") }));
    await expect(channel.send({ content: "many", files })).rejects.toMatchObject({ code });
    expect(discord.messages(discord.channel)).toEqual([]);
    expect(discord.problems).not.toEqual([]); // the official document, where it is at hand, refuses them as well
  });

  test("a request has its effect in the middle of its round trip", async () => {
    const { discord, client } = await connect(() => {}, { latencyMs: 60 });
    const channel = await textChannel(client, discord.channel.id);
    await channel.send("0");
    const answeredAt = performance.now();
    const [shownAt = 0] = discord.messages(discord.channel)[0]?.states.map(({ at }) => at) ?? [];
    const askedAt = discord.requests.findLast(({ method }) => method === "POST")?.at ?? 0;
    expect(shownAt - askedAt).toBeGreaterThan(25);
    expect(answeredAt - shownAt).toBeGreaterThan(25);
  });

  test("a thread has its message's id, and a second one is refused", async () => {
    const { discord, client } = await connect();
    const said = discord.say({ in: discord.channel, text: "a topic" });
    const channel = await textChannel(client, discord.channel.id);
    const thread = await (await channel.messages.fetch(said.id)).startThread({ name: "topic" });
    await thread.send("inside");
    expect(thread.id).toBe(said.id);
    expect(discord.threads(discord.channel)).toMatchObject([{ id: said.id, name: "topic", ownerId: discord.botId }]);
    expect(discord.messages(thread).map((message) => message.content)).toEqual(["inside"]);
    await expect(
      post(discord, `/channels/${channel.id}/messages/${said.id}/threads`, { name: "again" }),
    ).resolves.toMatchObject({
      status: 400,
      body: { code: 160004 },
    });
    expect(discord.problems).toEqual([]);
  });

  test("a direct message arrives without a guild and can be answered", async () => {
    const { discord } = await connect((client) => {
      client.on(Events.MessageCreate, async (message) => {
        if (!message.author.bot && message.guildId === null) await message.reply("in private");
      });
    });
    discord.dm({ text: "psst" });
    const direct = discord.direct(discord.someone);
    await discord.until(() => discord.messages(direct).length === 2);
    expect(discord.messages(direct).map((message) => message.content)).toEqual(["psst", "in private"]);
  });

  test("a slash command is deferred, then answered where only its user sees it", async () => {
    const { discord, client } = await connect((client) => {
      client.on(Events.InteractionCreate, async (interaction) => {
        if (!interaction.isChatInputCommand()) return;
        await interaction.deferReply({ flags: MessageFlags.Ephemeral });
        await interaction.editReply(
          `${interaction.options.getSubcommand()} ${interaction.options.getString("name", true)}`,
        );
        await interaction.followUp({ content: "and more", flags: MessageFlags.Ephemeral });
      });
    });
    const option = { name: "name", description: "which", type: 3, required: true };
    const options = [{ name: "use", description: "choose one", type: 1, options: [option] }];
    await client.application?.commands.set([{ name: "persona", description: "who speaks", options }]);
    const asked = discord.slash({
      in: discord.channel,
      name: "persona",
      subcommand: "use",
      options: { name: "pirate" },
    });
    await discord.until(() => asked.messages.length === 2);
    expect(asked).toMatchObject({ ephemeral: true, responseType: 5 });
    expect(asked.messages.map((message) => message.states.map((state) => state.content))).toEqual([
      ["", "use pirate"],
      ["and more"],
    ]);
    expect(discord.messages(discord.channel)).toEqual([]);
    expect(discord.problems).toEqual([]);
  });

  test("a cut connection is resumed, and what was said meanwhile arrives", async () => {
    const heard: string[] = [];
    const { discord } = await connect((client) => {
      client.on(Events.MessageCreate, (message) => heard.push(message.content));
    });
    discord.dropGateway();
    discord.say({ in: discord.channel, text: "are you there?" });
    await discord.until(() => discord.gateway.resumes === 1);
    await expect.poll(() => heard).toEqual(["are you there?"]);
    expect(discord.gateway.identifies).toBe(1);
  });

  test("a closed connection and a wish to reconnect are resumed as well", async () => {
    const { discord, client } = await connect();
    for (const disturb of [() => discord.closeGateway(4000), discord.askReconnect]) {
      const back = new Promise((resolve) => client.once(Events.ShardResume, resolve));
      disturb();
      await back;
    }
    expect(discord.gateway).toMatchObject({ identifies: 1, resumes: 2 });
  });

  test("a forgotten session is identified anew", async () => {
    const { discord, client } = await connect();
    const back = new Promise((resolve) => client.once(Events.ShardReady, resolve));
    discord.dropGateway({ forget: true });
    await back;
    expect(discord.gateway).toMatchObject({ identifies: 2, resumes: 1 });
  });

  test("a message that is sent again after a lost answer exists once", async () => {
    const { discord, client } = await connect();
    discord.fail({ method: "POST", route: /messages$/, drop: true, applied: true });
    const sent = await (await textChannel(client, discord.channel.id)).send({
      content: "once",
      enforceNonce: true,
      nonce: "7",
    });
    expect(discord.messages(discord.channel).map((message) => message.id)).toEqual([sent.id]);
    expect(discord.requests.filter((request) => request.method === "POST").map((request) => request.status)).toEqual([
      0, 200,
    ]);
  });
});

describe("the Discord emulator refuses", () => {
  test("the content intent the portal does not allow (4014)", async () => {
    const { client } = await openClient({ messageContent: false });
    await expect(client.login("test-token")).rejects.toThrow(/disallowed intents/i);
  });

  test("a wrong token, on the gateway (4004) and over REST (401)", async () => {
    const { discord, client } = await openClient();
    const { code } = await new Promise<CloseEvent>((resolve) => {
      const socket = new WebSocket(discord.apiUrl.replace("http", "ws"));
      socket.onmessage = () => socket.send(JSON.stringify({ op: 2, d: { token: "wrong", intents: 0 } }));
      socket.onclose = resolve;
    });
    expect(code).toBe(4004);
    await expect(client.login("wrong-token")).rejects.toThrow(/token/i);
  });

  test("a client that ignores the headers (429)", async () => {
    const { discord } = await openClient();
    const path = `/channels/${discord.channel.id}/messages`;
    const answers = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((count) => post(discord, path, { content: String(count) })),
    );
    const limited = answers.filter((answer) => answer.status === 429);
    expect(limited).toMatchObject([{ body: { global: false, retry_after: expect.any(Number) } }]);
    expect(discord.rateLimited).toMatchObject([
      { method: "POST", route: "/channels/:channel/messages", global: false },
    ]);
  });

  test("more than 50 requests a second over all channels", async () => {
    const { discord } = await openClient({ clock: { now: () => 0 } });
    const channels = Array.from({ length: 51 }, () => discord.addChannel());
    const answers = await Promise.all(channels.map(({ id }) => post(discord, `/channels/${id}/typing`)));
    expect(answers.filter((answer) => answer.status === 429)).toMatchObject([{ body: { global: true } }]);
  });

  test("what the bot's permissions do not cover", async () => {
    const { discord } = await openClient();
    const silent = discord.addChannel({ deny: 1n << 11n });
    const hidden = discord.addChannel({ deny: 1n << 10n });
    const write = (id: string) => post(discord, `/channels/${id}/messages`, { content: "hi" });
    await expect(write(silent.id)).resolves.toMatchObject({ status: 403, body: { code: 50013 } });
    await expect(write(hidden.id)).resolves.toMatchObject({ status: 403, body: { code: 50001 } });
  });

  test("edits in an archived thread, until something is sent in it", async () => {
    const { discord, client } = await connect();
    const said = discord.say({ in: discord.channel, text: "a topic" });
    const thread = await client.channels.fetch(
      discord.openThread({ in: discord.channel, name: "t", message: said }).id,
    );
    if (!thread?.isThread()) throw new Error("no thread");
    const message = await thread.send("before");
    discord.archive(thread);
    await expect(message.edit("after")).rejects.toMatchObject({ code: 50083 });
    await thread.send("wakes it");
    await expect(message.edit("after")).resolves.toMatchObject({ content: "after" });
  });

  test("sending in a thread that is archived and locked (50083)", async () => {
    const { discord } = await openClient();
    const thread = discord.openThread({ in: discord.channel, name: "t" });
    discord.archive(thread, { locked: true });
    const answer = await post(discord, `/channels/${thread.id}/messages`, { content: "hi" });
    expect(answer).toMatchObject({ status: 400, body: { code: 50083 } });
  });

  test("edits of what is gone (10008) or another's (50005)", async () => {
    const { discord, client } = await connect();
    const channel = await textChannel(client, discord.channel.id);
    const own = await channel.send("own");
    const foreign = discord.say({ in: discord.channel, text: "not yours" });
    discord.delete(own);
    await expect(channel.messages.edit(own.id, "again")).rejects.toMatchObject({ code: 10008 });
    await expect(channel.messages.edit(foreign.id, "mine")).rejects.toMatchObject({ code: 50005 });
  });

  test("what it was told to refuse, once or twice", async () => {
    const { discord, client } = await connect();
    const channel = await textChannel(client, discord.channel.id);
    const body = { code: 50013, message: "Missing Permissions" };
    discord.fail({ method: "POST", route: /^\/channels\/:channel\/messages$/, status: 403, body, times: 2 });
    await expect(channel.send("one")).rejects.toMatchObject({ code: 50013 });
    await expect(channel.send("two")).rejects.toMatchObject({ code: 50013 });
    await expect(channel.send("three")).resolves.toMatchObject({ content: "three" });
  });

  test("a text that is too long, and says so", async () => {
    const { discord } = await openClient();
    const long = { content: "x".repeat(2001) };
    const answer = await post(discord, `/channels/${discord.channel.id}/messages`, long);
    expect(answer).toMatchObject({ status: 400, body: { code: 50035 } });
    expect(discord.problems).toMatchObject([expect.stringContaining("content")]);
  });

  test.skipIf(specFolder() === undefined)(
    "a body the official document refuses (skipped without API_SPECS)",
    async () => {
      const { discord } = await openClient();
      await post(discord, `/channels/${discord.channel.id}/messages`, { content: "hi", tts: "loudly" });
      expect(discord.problems).toMatchObject([expect.stringContaining("/tts must be boolean")]);
    },
  );
});

async function post(discord: Discord, path: string, body?: unknown) {
  const headers = { authorization: `Bot ${discord.token}`, "content-type": "application/json" };
  const request = { method: "POST", headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(`${discord.apiUrl}/v10${path}`, request);
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}
