import { allComponents } from "../emulators/discord/components.ts";
import { type Discord, startDiscord } from "../emulators/discord/discord-emulator.ts";
import type { Failure } from "../emulators/discord/failures.ts";
import type { MessageRecord } from "../emulators/discord/records.ts";
import type { Dice } from "./dice.ts";
import type { Place, Question, Side, Thread, Written } from "./side.ts";
import { questionText } from "./words.ts";

const latencyMs = 20;

/** Three channels with threads, and direct messages; every request takes a little while. */
export async function openDiscordSide(): Promise<Side> {
  const discord = await startDiscord({ latencyMs });
  const channels = [discord.channel, discord.addChannel({ name: "random" }), discord.addChannel({ name: "help" })];
  const people = ["ann", "bob", "cleo", "dan"].map((name) => discord.addUser(name).id);
  const threads: Thread[] = [];

  function say(dice: Dice, number: number, where: Where): Pick<Question, "message" | "saidAt"> & { channel: string } {
    const text = `${where.mentions ? `<@${discord.botId}> ` : ""}${questionText(number)}`;
    const by = dice.pick(where.people);
    const said = where.in === undefined ? discord.dm({ by, text }) : discord.say({ in: where.in, by, text });
    return { message: said.id, saidAt: said.createdAt, channel: said.channelId };
  }

  function begin(dice: Dice, number: number): Question {
    const isDirect = dice.chance(0.15);
    const one = dice.pick(people);
    const known = isDirect && threads.find((thread) => thread.isDirect && thread.people[0] === one);
    if (known) return keep(known, number, say(dice, number, { people: [one], mentions: false, in: undefined }));
    const all = isDirect ? [one] : people;
    const where = { people: all, mentions: !isDirect, in: isDirect ? undefined : dice.pick(channels).id };
    const said = say(dice, number, where);
    const thread: Thread = {
      name: `discord ${isDirect ? "direct" : "thread"} ${said.message}`,
      platform: "discord",
      channel: said.channel,
      root: said.message,
      isDirect,
      people: all,
      questions: [],
    };
    threads.push(thread);
    return keep(thread, number, said);
  }

  const standing = (channel: string) => discord.messages(channel, { all: true }).filter(isSpoken);
  const isSpoken = ({ authorId, type }: MessageRecord) => authorId === discord.botId && (type === 0 || type === 19);

  function toPlace(thread: Thread): readonly Place[] {
    if (!thread.isDirect && discord.thread(thread.root) === undefined) return [];
    const id = thread.isDirect ? thread.channel : thread.root;
    const mayHold = (question: Question) => question.thread === thread;
    return [{ name: thread.name, mayHold, isConversation: true, written: standing(id).map(toWritten), signs: [] }];
  }

  /** Nobody else is in a direct conversation. */
  const asker = ({ name }: Place) => threads.find((thread) => thread.name === name)?.people[0] ?? discord.someone;

  let identifies = 0;
  return {
    platform: "discord",
    env: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl },
    threads,
    begin,
    follow(thread, { dice, number, mentions }) {
      if (!thread.isDirect && discord.thread(thread.root) === undefined) return undefined;
      const where = thread.isDirect ? undefined : thread.root;
      const said = say(dice, number, { people: thread.people, mentions: mentions && !thread.isDirect, in: where });
      return keep(thread, number, said);
    },
    redeliver({ message }) {
      const known = discord.message(message);
      if (known !== undefined) discord.say({ in: known.channelId, text: known.content, messageId: message });
    },
    edit: ({ message }, text) => discord.edit(message, text),
    remove: ({ message }) => discord.delete(message),
    removeAnswer: ({ id }) => discord.delete(id),
    tell(thread, words) {
      const by = thread.people[0] ?? discord.someone;
      if (thread.isDirect) discord.dm({ by, text: words });
      else if (discord.thread(thread.root) !== undefined)
        discord.say({ in: thread.root, by, text: `<@${discord.botId}> ${words}` });
    },
    command({ isDirect, root, channel, people: [by = discord.someone] }, name) {
      const place = isDirect ? channel : root;
      if (isDirect || discord.thread(root) !== undefined) discord.slash({ in: place, by, name });
    },
    press(place, { id }, button) {
      const labelled = allComponents(discord.message(id)?.components ?? []).find(({ label }) => label === button);
      discord.press({ message: id, by: asker(place), customId: String(labelled?.["custom_id"]) });
    },
    places: () => [
      ...threads.flatMap(toPlace),
      // Where a thread cannot be started, its first question is answered in the channel.
      ...channels.map(({ id, name }): Place => {
        const mayHold = ({ thread, message }: Question) => thread.channel === id && thread.root === message;
        return { name: `#${name}`, mayHold, isConversation: false, written: standing(id).map(toWritten), signs: [] };
      }),
    ],
    took: ({ message, thread }) => message === thread.root && discord.thread(message) !== undefined,
    resent: ({ sentAt }) => sentAt.length > 1,
    requests: discord.requests,
    problems: discord.problems,
    async connected(timeoutMs) {
      identifies = discord.gateway.identifies;
      await discord.until(() => discord.gateway.identifies > identifies, timeoutMs);
      await discord.ready(timeoutMs);
    },
    until: discord.until,
    harm: (dice) => harm(discord, dice),
    cut: (dice) => cut(discord, dice),
    stop: discord.stop,
  };
}

type Where = { readonly people: readonly string[]; readonly mentions: boolean; readonly in: string | undefined };

function keep(thread: Thread, number: number, said: Pick<Question, "message" | "saidAt">): Question {
  const question = { number, thread, message: said.message, saidAt: said.saidAt, sentAt: [said.saidAt], editedAt: [] };
  thread.questions.push(question);
  return question;
}

function toWritten({ id, content, components, states, deletedAt }: MessageRecord): Written {
  const buttons = [...JSON.stringify(components).matchAll(/"label":"([^"]*)"/g)].map(([, label = ""]) => label);
  const seen = states.map(({ at, content: text }) => ({ at, text }));
  return { id, text: content, buttons, grows: false, states: seen, deletedAt };
}

/** What Discord's REST does on a bad day: it refuses, breaks, is silent, or does what was asked and loses its answer. */
function harm(discord: Discord, dice: Dice): string {
  const [name, method, route] = dice.pick([
    ["a post", "POST", /messages$/],
    ["an edit", "PATCH", /messages/],
    ["a new thread", "POST", /threads$/],
    ["typing", "POST", /typing$/],
  ] as const);
  const [how, failure] = dice.pick<readonly [string, Partial<Failure>]>([
    ["429", { status: 429, body: { retry_after: 0.5 } }],
    ["503", { status: 503 }],
    ["reset", { drop: true }],
    ["late", { hangMs: 2_500 }],
    ["done, then reset", { applied: true, drop: true }],
    ["done, then 502", { applied: true, status: 502 }],
  ]);
  discord.fail({ method, route, times: dice.whole(1, 2), ...failure });
  return `Discord: ${name}: ${how}`;
}

function cut(discord: Discord, dice: Dice): { readonly what: string; readonly forgotten: boolean } {
  const how = dice.pick(["drop", "drop", "forget", "reconnect"] as const);
  if (how === "reconnect") discord.askReconnect();
  else discord.dropGateway({ forget: how === "forget" });
  return { what: `Discord's gateway: ${how}`, forgotten: how === "forget" };
}
