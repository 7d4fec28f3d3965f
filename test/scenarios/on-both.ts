import { expect, vi } from "vitest";
import { type ThreadId, threadId } from "../../src/port/index.ts";
import type { OpenAiEmulator } from "../emulators/openai/openai-emulator.ts";
import type { CoreOptions } from "../support/core.ts";
import { startParley } from "../support/parley.ts";
import { startSlackParley } from "../support/slack-parley.ts";

/** The whole bot on a platform's emulator, for what is to be the same on each. */
export type Stage = {
  readonly ai: OpenAiEmulator;
  person(name: string): Person;
  /** Mentions the bot in the channel. */
  asks(text: string, by?: Person): Thread;
  asksDirectly(text: string): Thread;
  /** A thread that the bot has not heard of. */
  opens(by: Person): Thread;
  /** What somebody was told, whether all can read it or they alone. */
  told(person: Person, thread: Thread): readonly string[];
  until(fact: () => boolean): Promise<void>;
  /** The bot has heard all that was said so far. */
  heard(): Promise<void>;
  stop(): Promise<void>;
};

export type Person = { readonly id: string };

export type Thread = {
  /** Says something in it. */
  says(text: string, by?: Person): Message;
  /** Says something to the bot in it. */
  asks(text: string, by?: Person): Message;
  /** The message that it hangs on, without the bot's name. */
  readonly root: Message;
  /** What the bot says in it. */
  answers(): readonly Answer[];
  texts(): readonly string[];
  /** Presses a button below its last answer; returns what the person alone is told. */
  press(button: "go-on", by: Person): () => readonly string[];
  /** Resolves when the answer stands, is whole, and is stored. */
  shows(text: string): Promise<void>;
  /** Resolves once whatever was done before has had its effect: a later question has its answer. */
  passes(): Promise<void>;
};

export type Message = { edit(text: string): void; delete(): void };
export type Answer = {
  readonly id: string;
  readonly text: string;
  readonly isWhole: boolean;
  readonly goesOn: boolean;
};

export type Platform = { readonly name: string; open(options?: CoreOptions): Promise<Stage> };

type Shown = Pick<Thread, "asks" | "answers"> & { readonly id: ThreadId };
type Told = { readonly store: Awaited<ReturnType<typeof startParley>>["store"]; readonly ai: OpenAiEmulator };

/** What every thread has, by what its platform tells of it. */
function watching({ id, answers, asks }: Shown, { store, ai }: Told, until: Stage["until"]) {
  const isShown = (text: string) => answers().some((one) => one.isWhole && one.text === text);
  async function shows(text: string): Promise<void> {
    await until(() => isShown(text));
    const stored = async () => (await store.open(id)).turns.map((turn) => turn.text);
    await vi.waitFor(async () => expect((await stored()).join("\n")).toContain(text));
  }
  return {
    shows,
    texts: () => answers().map(({ text }) => text),
    async passes() {
      ai.replies({ text: "Still here." });
      asks("Are you there?");
      await shows("Still here.");
    },
  };
}

const discord: Platform = {
  name: "Discord",
  async open(options) {
    const parley = await startParley(options);
    const { discord: platform } = parley;
    const mention = (text: string) => `<@${platform.botId}> ${text}`;
    const until: Stage["until"] = (fact) => platform.until(fact);

    function threadOf(id: string, place: string, isDirect: boolean): Thread {
      const messageOf = (said: string): Message => ({
        edit(text) {
          const isAddressed = platform.message(said)?.content.startsWith("<@") === true;
          platform.edit(said, isAddressed ? mention(text) : text);
        },
        delete: () => platform.delete(said),
      });
      const says = (text: string, by: Person = platform.someone) =>
        messageOf((isDirect ? platform.dm({ by, text }) : platform.say({ in: place, by, text })).id);
      const own = () => platform.messages(place).filter((one) => one.authorId === platform.botId && one.content !== "");
      const thread = {
        id: threadId(`discord:${place}`),
        says,
        asks: (text: string, by?: Person) => says(mention(text), by),
        root: messageOf(id),
        answers: () =>
          own().map(({ id: message, content, components }) => ({
            id: message,
            text: content,
            isWhole: !content.includes("▌") && !JSON.stringify(components ?? "").includes('"stop'),
            goesOn: JSON.stringify(components ?? "").includes("go-on"),
          })),
        press(button: string, by: Person) {
          const message = own().at(-1)?.id ?? "";
          const pressed = platform.press({ message, by, customId: `${button} discord:${place}` });
          return () => pressed.messages.map(({ content }) => content);
        },
      };
      return { ...thread, ...watching(thread, parley, until) };
    }

    return {
      ai: parley.ai,
      person: (name) => platform.addUser(name, { displayName: name }),
      asks(text, by = platform.someone) {
        const { id } = platform.say({ in: platform.channel, by, text: mention(text) });
        return threadOf(id, id, false);
      },
      asksDirectly(text) {
        const { id, channelId } = platform.dm({ text });
        return threadOf(id, channelId, true);
      },
      opens() {
        const { id } = platform.openThread({ in: platform.channel, name: "a thread" });
        return threadOf(id, id, false);
      },
      // To messages Discord has no answer that one person alone sees.
      told: (_, thread) => [...platform.messages(platform.channel).map(({ content }) => content), ...thread.texts()],
      until,
      // A request and its answer take longer than an event on a socket that is open already.
      async heard() {
        for (let hop = 0; hop < 3; hop++) await (await fetch(`${platform.apiUrl}/v10/gateway`)).arrayBuffer();
      },
      async stop() {
        const { problems, rateLimited } = platform;
        await parley.stop();
        expect([problems, rateLimited]).toEqual([[], []]);
      },
    };
  },
};

const slack = (name: string, streaming: boolean): Platform => ({
  name,
  async open(options) {
    const parley = await startSlackParley({ ...options, slack: { streaming, tiers: generous } });
    const { slack: platform } = parley;
    const mention = (text: string) => `<@${platform.botUserId}> ${text}`;
    const until: Stage["until"] = (fact) => platform.until(fact);

    const toldAlone = ({ id }: Person) =>
      platform.ephemerals(platform.channel).flatMap(({ user, text }) => (user === id ? [text] : []));

    function threadOf(channel: string, ts: string): Thread {
      const messageOf = (said: string): Message => ({
        edit(text) {
          const isAddressed = platform.message(said)?.source.startsWith("<@") === true;
          platform.edit(said, isAddressed ? mention(text) : text);
        },
        delete: () => platform.delete(said),
      });
      const says = (text: string, by: Person = platform.someone) =>
        messageOf(platform.say({ in: channel, thread: ts, by, text }).ts);
      const own = () => platform.messages(channel, ts).filter(({ userId }) => userId === platform.botUserId);
      const thread = {
        id: threadId(`slack:${platform.team.id}:${channel}:${ts}`),
        says,
        asks: (text: string, by?: Person) => says(mention(text), by),
        root: messageOf(ts),
        answers: () =>
          own().map((one) => ({
            id: one.ts,
            text: one.text,
            isWhole:
              !one.streaming && !one.text.includes("▌") && one.buttons.every(({ actionId }) => actionId !== "stop"),
            goesOn: one.buttons.some(({ actionId }) => actionId === "go-on"),
          })),
        press(button: string, by: Person) {
          platform.press({ on: own().at(-1) ?? "", by: by.id, actionId: button });
          return () => toldAlone(by);
        },
      };
      return { ...thread, ...watching(thread, parley, until) };
    }

    return {
      ai: parley.ai,
      person: (nick) => platform.addUser(nick.toLowerCase(), { displayName: nick }),
      asks(text, by = platform.someone) {
        const { channelId, ts } = platform.say({ in: platform.channel, by, text: mention(text) });
        return threadOf(channelId, ts);
      },
      asksDirectly(text) {
        const { channelId, ts } = platform.say({ in: platform.direct(platform.someone), text });
        return threadOf(channelId, ts);
      },
      opens(by) {
        const { channelId, ts } = platform.say({ in: platform.channel, by, text: "a thread" });
        return threadOf(channelId, ts);
      },
      told: (person, thread) => [...toldAlone(person), ...thread.texts()],
      until,
      async heard() {
        await platform.until(() => platform.deliveries.every(({ ackedAt }) => ackedAt !== undefined));
        for (let hop = 0; hop < 3; hop++) await (await fetch(`${platform.apiUrl}auth.test`, { method: "POST" })).text();
      },
      async stop() {
        const { problems } = platform;
        await parley.stop();
        expect(problems).toEqual([]);
      },
    };
  },
});

/** Slack's own would make a flood's answers take minutes; limits have tests of their own. */
const generous = Object.fromEntries(
  ["chat.postMessage", "chat.startStream", "chat.stopStream", "chat.postEphemeral", "chat.update"].map((method) => [
    method,
    100_000,
  ]),
);

export const platforms: readonly Platform[] = [
  discord,
  slack("Slack, where answers are streamed", true),
  slack("Slack, where answers are edited", false),
];
