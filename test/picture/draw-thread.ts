import { writeFile } from "node:fs/promises";
import type { Discord } from "../emulators/discord/discord-emulator.ts";
import type { Json, MessageRecord } from "../emulators/discord/records.ts";
import { toDeltas } from "../emulators/openai/script.ts";
import { startParley } from "../support/parley.ts";
import { drawThread, type Person, type Scene } from "./thread-picture.ts";

// Draws docs/thread.svg, the picture in the README: npm run picture
// The whole bot answers on the loopback emulators. The words of the model are scripted; the picture shows what stood in the thread.

const debounce = `Keep one timer and restart it on every call. The function then runs **once**, after the calls have stopped:

\`\`\`ts
function debounce<A extends unknown[]>(fn: (...args: A) => void, ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args: A) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), ms);
  };
}
\`\`\``;

const throttle =
  "Arr, a fine question, Ben! **Debounce** waits for calm seas: one run after the last wave, `ms` after it at the soonest. **Throttle** be the drum that keeps the oars in time: one stroke every `ms`, however wild the storm. Debounce a search box, throttle a scroll bar.";

/** Plays the conversation, and returns the thread with every text that its last answer showed. */
async function play(): Promise<Scene> {
  const parley = await startParley();
  const { discord, ai } = parley;
  ai.replies({ text: debounce }, { text: toDeltas(throttle), tokensPerSecond: 12 });
  const ann = discord.addUser("Ann");
  const ben = discord.addUser("Ben");
  const me = `<@${discord.botId}>`;

  const question = discord.say({
    in: discord.channel,
    by: ann,
    text: `${me} How do I debounce a function in TypeScript?`,
  });
  const thread = question.id; // a thread that starts from a message has its id
  const last = () => discord.messages(thread).at(-1);
  const answered = () => discord.until(() => last()?.authorId === discord.botId && !isGrowing(last()?.content));
  await answered();
  discord.say({ in: thread, by: ben, text: `${me} persona set pirate` });
  await answered();
  discord.say({ in: thread, by: ben, text: "And when would I throttle instead?" });
  await answered();

  const problems = [...discord.problems, ...ai.problems];
  await parley.stop();
  if (problems.length > 0) throw new Error(`no picture of this: ${problems.join("; ")}`);

  const people = new Map<string, Person>([
    [ann.id, { name: ann.displayName, bot: false, colour: "#c2603f" }],
    [ben.id, { name: ben.displayName, bot: false, colour: "#2f8577" }],
    [discord.botId, { name: "Parley", bot: true, colour: "#6a5bd6" }],
  ]);
  const messages = threadMessages(discord, thread);
  return {
    thread: discord.thread(thread)?.name ?? "",
    channel: discord.channel.name,
    messages: messages.flatMap((message, at) => {
      const author = people.get(message.authorId);
      const states = at === messages.length - 1 ? sampled(message.states) : message.states.slice(-1);
      return author === undefined
        ? []
        : [{ author, time: timeOf(message), states: states.map((one) => seen(one, me)) }];
    }),
  };
}

/** Some of them, evenly, and the last. */
const sampled = <T>(all: readonly T[]): readonly T[] =>
  all.filter((_, at) => (all.length - 1 - at) % Math.ceil(all.length / 10) === 0);

const seen = ({ content, components }: MessageRecord["states"][number], me: string) => ({
  markdown: content.replaceAll(me, "@Parley"),
  buttons: labelsIn(components),
});

const timeOf = ({ createdAt }: MessageRecord): string =>
  new Date(performance.timeOrigin + createdAt).toISOString().slice(11, 16);

function isGrowing(content = "▌"): boolean {
  return content.includes("▌");
}

/** A thread shows the message that it was started from first. */
function threadMessages(discord: Discord, thread: string): readonly MessageRecord[] {
  const starter = discord.message(thread);
  return [...(starter === undefined ? [] : [starter]), ...discord.messages(thread)];
}

function labelsIn(components: readonly Json[]): readonly string[] {
  return components.flatMap(({ label, components: inner }) =>
    typeof label === "string" ? [label] : Array.isArray(inner) ? labelsIn(inner) : [],
  );
}

await writeFile(new URL("../../docs/thread.svg", import.meta.url), drawThread(await play()));
