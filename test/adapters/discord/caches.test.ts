import { Client, GatewayIntentBits, type Message, Partials } from "discord.js";
import { expect, onTestFinished, test } from "vitest";
import { cacheOptions } from "../../../adapters/discord/caches.ts";

/** What discord.js does with what the gateway sends; its types do not tell of it. */
type Internals = {
  readonly actions: { readonly MessageCreate: { handle(message: object): void } };
  readonly users: { _add(user: object): Client["user"] };
  readonly guilds: { _add(guild: object): object };
  readonly channels: { _add(channel: object, guild: object): void };
};

const discordEpoch = 1_420_070_400_000;
const me = "100000000000000001";
const server = "200000000000000000";
const idOf = (kind: number, count: number) => `${kind}${String(count).padStart(17, "0")}`;

function openClient() {
  const client: Client = new Client({
    intents: [GatewayIntentBits.Guilds],
    partials: [Partials.Channel, Partials.Message],
    ...cacheOptions(() => client),
  });
  onTestFinished(() => client.destroy());
  const internals = client as unknown as Internals;
  client.user = internals.users._add({ id: me, username: "parley", bot: true }) as NonNullable<Client["user"]>;
  const guild = internals.guilds._add({
    id: server,
    name: "Server",
    roles: [{ id: server, name: "@everyone", permissions: "0" }],
    channels: [{ id: idOf(3, 0), type: 0, name: "general" }],
    members: [],
  });
  const openThread = (count: number) =>
    internals.channels._add(
      { id: idOf(4, count), type: 11, guild_id: server, parent_id: idOf(3, 0), name: "thread" },
      guild,
    );
  const hear = (count: number, { person = 0, thread = 0, replies = false, at = Date.now() - 60_000 }) =>
    internals.actions.MessageCreate.handle({
      id: String(BigInt(at + count - discordEpoch) << 22n),
      channel_id: idOf(4, thread),
      guild_id: server,
      type: 0,
      content: "Hi",
      author: { id: idOf(5, person), username: `person${person}` },
      member: { roles: [], flags: 0 },
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      timestamp: new Date(at + count).toISOString(),
      ...(replies ? { type: 19, message_reference: { message_id: "1", channel_id: idOf(4, thread) } } : {}),
    });
  const messages = () =>
    [...client.channels.cache.values()].flatMap((channel) =>
      channel.isTextBased() ? [...channel.messages.cache.values()] : [],
    );
  const sweep = () => {
    const { filter } = cacheOptions(() => client).sweepers?.messages ?? expect.unreachable();
    client.sweepers.sweepMessages((filter as () => (message: Message) => boolean)());
  };
  return { client, openThread, hear, messages, sweep };
}

test("however many speak in however many threads, the newest messages and people are kept, and the bot itself", () => {
  const { client, openThread, hear, messages, sweep } = openClient();
  const [people, threads] = [3_000, 1_200];
  const at = Date.now() - 60_000;
  for (let thread = 0; thread < threads; thread++) openThread(thread);
  for (let count = 1; count <= threads * 20; count++)
    hear(count, { person: count % people, thread: count % threads, at });
  sweep();
  expect(messages().length).toBe(20_000);
  expect(Math.min(...messages().map(({ createdTimestamp }) => createdTimestamp))).toBe(
    Math.max(...messages().map(({ createdTimestamp }) => createdTimestamp)) - 19_999,
  );
  expect(client.users.cache.size).toBeLessThanOrEqual(1_000);
  expect(client.guilds.cache.get(server)?.members.cache.size).toBeLessThanOrEqual(200);
  expect(client.users.cache.has(me)).toBe(true);
  expect(client.guilds.cache.get(server)?.roles.cache.size).toBe(1);
  expect(client.channels.cache.size).toBe(threads + 1);
});

test("what was just said is at hand; later only people's replies are, since their deletion does not tell what they replied to", () => {
  const { openThread, hear, messages, sweep } = openClient();
  openThread(0);
  const anHourAgo = Date.now() - 3_600_000;
  for (let count = 1; count <= 4; count++) hear(count, { at: anHourAgo, replies: count % 2 === 0 });
  for (let count = 5; count <= 8; count++) hear(count, {});
  sweep();
  expect(messages().map(({ reference }) => reference !== null)).toEqual([true, true, false, false, false, false]);
});

test("of one channel the newest twenty are at hand", () => {
  const { openThread, hear, messages, sweep } = openClient();
  openThread(0);
  const at = Date.now() - 60_000;
  for (let count = 1; count <= 30; count++) hear(count, { at });
  sweep();
  expect(messages().map(({ createdTimestamp }) => createdTimestamp - at)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 11),
  );
});
