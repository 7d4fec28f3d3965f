import type { Failure } from "../emulators/slack/failures.ts";
import type { MessageRecord } from "../emulators/slack/records.ts";
import { type Slack, startSlack } from "../emulators/slack/slack-emulator.ts";
import type { Dice } from "./dice.ts";
import type { Cut, Place, Question, Side, Thread, Written } from "./side.ts";
import { questionText } from "./words.ts";

/** Limits are another benchmark's matter: here they are wide, and refusals are made on purpose. */
const tiers = {
  "chat.startStream": 400,
  "chat.stopStream": 400,
  "chat.appendStream": 2_000,
  "chat.update": 1_000,
  "chat.delete": 1_000,
  "chat.postMessage": 1_000,
  "conversations.replies": 400,
  "conversations.history": 400,
  "conversations.info": 400,
  "apps.connections.open": 400,
};

export async function openSlackSide(): Promise<Side> {
  const slack = await startSlack({ latencyMs: 20, tiers });
  const channels = [slack.channel, slack.addChannel({ name: "random" }), slack.addChannel({ name: "help" })];
  const people = ["eve", "finn", "gus", "hana"].map((name) => slack.addUser(name).id);
  const threads: Thread[] = [];

  function say(dice: Dice, number: number, thread: Pick<Thread, "channel" | "people">, how: How): Question["message"] {
    const text = `${how.mentions ? `<@${slack.botUserId}> ` : ""}${questionText(number)}`;
    const inside = how.root === undefined ? {} : { thread: how.root };
    return slack.say({ in: thread.channel, by: dice.pick(thread.people), text, ...inside }).ts;
  }

  function keep(thread: Thread, number: number, message: string, saidAt: number): Question {
    const question = { number, thread, message, saidAt, sentAt: [saidAt], editedAt: [] };
    thread.questions.push(question);
    return question;
  }

  return {
    platform: "slack",
    env: { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, SLACK_API_URL: slack.apiUrl },
    threads,
    begin(dice, number) {
      const isDirect = dice.chance(0.15);
      const one = dice.pick(people);
      const channel = isDirect ? slack.direct(one).id : dice.pick(channels).id;
      const wanted = {
        platform: "slack",
        channel,
        isDirect,
        people: isDirect ? [one] : people,
        questions: [],
      } as const;
      const saidAt = performance.now();
      const root = say(dice, number, wanted, { mentions: !isDirect, root: undefined });
      const thread: Thread = {
        ...wanted,
        name: `slack ${isDirect ? "direct" : "thread"} ${root}`,
        root,
        questions: [],
      };
      threads.push(thread);
      return keep(thread, number, root, saidAt);
    },
    follow(thread, { dice, number, mentions }) {
      const saidAt = performance.now();
      const message = say(dice, number, thread, { mentions: mentions && !thread.isDirect, root: thread.root });
      return keep(thread, number, message, saidAt);
    },
    redeliver: ({ message }) => slack.redeliver(message),
    edit: ({ message }, text) => slack.edit(message, text),
    remove: ({ message }) => slack.delete(message),
    removeAnswer: ({ id }) => slack.delete(id),
    tell({ channel, root, isDirect, people: [by = ""] }, words) {
      const text = isDirect ? words : `<@${slack.botUserId}> ${words}`;
      slack.say({ in: channel, by, text, thread: root });
    },
    command: ({ channel, people: [by = ""] }, name) => void slack.command({ in: channel, by, text: name }),
    press({ name }, { id }, button) {
      const asker = threads.find((thread) => thread.name === name)?.people[0] ?? slack.someone;
      const labelled = slack.message(id)?.buttons.find(({ text }) => text === button);
      if (labelled === undefined) throw new Error(`no button ${button} below ${id}`);
      slack.press({ on: id, by: asker, actionId: labelled.actionId, value: labelled.value });
    },
    places: () => [...threads.map((thread) => toPlace(slack, thread)), ...channels.map((one) => outside(slack, one))],
    took: ({ message }) => slack.deliveriesOf(message).some(({ ackedAt }) => ackedAt !== undefined),
    resent: ({ message }) => slack.deliveriesOf(message).some(({ attempt }) => attempt > 0),
    requests: slack.requests,
    problems: slack.problems,
    async connected(timeoutMs) {
      const { opened } = slack.sockets;
      await slack.until(() => slack.sockets.opened > opened && slack.sockets.live > 0, timeoutMs);
    },
    until: slack.until,
    harm: (dice) => harm(slack, dice),
    cut: (dice) => cut(slack, dice),
    stop: slack.stop,
  };
}

type How = { readonly mentions: boolean; readonly root: string | undefined };

function toPlace(slack: Slack, thread: Thread): Place {
  const { channel, root, name } = thread;
  const ephemerals = slack.ephemerals(channel).filter(({ threadTs }) => threadTs === root);
  const status = slack.statuses(channel, root).at(-1)?.status ?? "";
  const session = slack.sessions(channel, root).at(-1)?.status ?? "";
  const whispered = ephemerals.map(({ ts, text, at }): Written => {
    return { id: ts, text, buttons: [], grows: false, states: [{ at, text }], deletedAt: undefined };
  });
  return {
    name,
    mayHold: (question) => question.thread === thread,
    isConversation: true,
    written: [...slack.messages(channel, root).filter(isOwn(slack)).map(toWritten), ...whispered],
    signs: [...(status === "" ? [] : [`status “${status}”`]), ...(session === "processing" ? ["session"] : [])],
  };
}

/** Nothing is answered outside of threads. */
function outside(slack: Slack, { id, name }: { readonly id: string; readonly name: string }): Place {
  const written = slack.messages(id).filter(isOwn(slack)).map(toWritten);
  return { name: `#${name}`, mayHold: () => false, isConversation: false, written, signs: [] };
}

const isOwn =
  (slack: Slack) =>
  ({ userId }: MessageRecord) =>
    userId === slack.botUserId;

function toWritten({ ts, text, buttons, streaming, states }: MessageRecord): Written {
  const seen = states.map(({ at, text: was }) => ({ at, text: was }));
  const names = buttons.map((button) => button.text);
  return { id: ts, text, buttons: names, grows: streaming, states: seen, deletedAt: undefined };
}

function harm(slack: Slack, dice: Dice): string {
  const method = dice.pick(["chat.postMessage", "chat.update", /chat\.\w+Stream/, /setStatus/, /chat\./]);
  const [how, failure] = dice.pick<readonly [string, Partial<Failure>]>([
    ["429", { retryAfter: 1 }],
    ["500", { status: 500 }],
    ["internal_error", { error: "internal_error" }],
    ["reset", { drop: true }],
    ["late", { hangMs: 2_500 }],
    ["done, then reset", { lose: true }],
  ]);
  slack.fail({ method, times: dice.whole(1, 2), ...failure });
  return `Slack: ${method}: ${how}`;
}

/** Slack sends again what nobody acknowledged, so nothing is given up. */
function cut(slack: Slack, dice: Dice): Cut {
  const how = dice.pick(["drop", "refresh"] as const);
  if (how === "drop") slack.dropSockets();
  else slack.refreshSockets();
  return { what: `Slack's socket: ${how}`, forgotten: false };
}
