import { writeFile } from "node:fs/promises";
import type { Discord } from "../emulators/discord/discord-emulator.ts";
import type { Json, MessageRecord } from "../emulators/discord/records.ts";
import { toDeltas } from "../emulators/openai/script.ts";
import { startParley } from "../support/parley.ts";
import { drawThread, type Person, type Scene, type Seen } from "./thread-picture.ts";

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

const cancel =
  "Yes. Return an object with two functions instead: `call`, which is the one above, and `cancel`, which is `() => clearTimeout(timer)`.";

const throttle = {
  shown:
    "Arr, a fine question, Ben! **Debounce** waits for calm seas: one run after the last wave, `ms` after it at the soonest. **Throttle** be the drum that keeps the oars in time: one stroke every `ms`, however wild the",
  rest: " storm. Debounce a search box, throttle a scroll bar.",
};

/** Plays the conversation, and returns the thread at a moment at which the last answer is still being written. */
async function play(): Promise<Scene> {
  const parley = await startParley();
  const { discord, ai } = parley;
  const gate = Promise.withResolvers<void>();
  const shown = toDeltas(throttle.shown);
  ai.replies(
    { text: debounce },
    { text: cancel },
    {
      text: [...shown, ...toDeltas(throttle.rest)],
      tokensPerSecond: 40,
      holdAfter: { deltas: shown.length, until: gate.promise },
    },
  );
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
  discord.say({ in: thread, by: ben, text: "Nice. Can I also cancel a call that is still waiting?" });
  await answered();
  discord.say({ in: thread, by: ann, text: `${me} persona set pirate` });
  await answered();
  discord.say({ in: thread, by: ben, text: "And when would I throttle instead?" });
  await discord.until(() => last()?.content.startsWith(throttle.shown) === true);
  gate.resolve();
  await answered();

  const moment = last()?.states.findLast(({ content }) => isGrowing(content))?.at;
  const problems = [...discord.problems, ...ai.problems];
  await parley.stop();
  if (moment === undefined || problems.length > 0) throw new Error(`no picture of this: ${problems.join("; ")}`);

  const people = [
    { id: ann.id, name: ann.displayName, bot: false, colour: "#c2603f" },
    { id: ben.id, name: ben.displayName, bot: false, colour: "#2f8577" },
    { id: discord.botId, name: "Parley", bot: true, colour: "#6a5bd6" },
  ];
  return {
    thread: discord.thread(thread)?.name ?? "",
    channel: discord.channel.name,
    people,
    messages: threadMessages(discord, thread).flatMap((message) => seenAt(moment, message, people)),
  };
}

function isGrowing(content = "▌"): boolean {
  return content.includes("▌");
}

/** A thread shows the message that it was started from first. */
function threadMessages(discord: Discord, thread: string): readonly MessageRecord[] {
  const starter = discord.message(thread);
  return [...(starter === undefined ? [] : [starter]), ...discord.messages(thread)];
}

function seenAt(moment: number, message: MessageRecord, people: readonly Person[]): readonly Seen[] {
  const state = message.states.findLast(({ at }) => at <= moment);
  const author = people.find(({ id }) => id === message.authorId);
  if (state === undefined || author === undefined) return [];
  const sentAt = performance.timeOrigin + message.createdAt;
  return [{ author, sentAt, markdown: state.content, buttons: labelsIn(state.components) }];
}

function labelsIn(components: readonly Json[]): readonly string[] {
  return components.flatMap(({ label, components: inner }) =>
    typeof label === "string" ? [label] : Array.isArray(inner) ? labelsIn(inner) : [],
  );
}

await writeFile(new URL("../../docs/thread.svg", import.meta.url), drawThread(await play()));
