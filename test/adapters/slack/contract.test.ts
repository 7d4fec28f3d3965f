import { createSlack } from "../../../adapters/slack/index.ts";
import { describeAdapterContract, type Stage } from "../../contract/adapter-contract.ts";
import { type Slack, startSlack } from "../../emulators/slack/slack-emulator.ts";
import { createContext } from "../../support/adapter-context.ts";
import { addressIn, recordingLog } from "../../support/recording-log.ts";

describeAdapterContract("Slack by Socket Mode", () => openStage("socket"));
describeAdapterContract("Slack by HTTP", () => openStage("http"));

async function openStage(mode: "socket" | "http"): Promise<Stage> {
  const slack = await startSlack({ mode });
  const log = recordingLog();
  const delivery =
    mode === "socket"
      ? ({ kind: "socket", appToken: slack.appToken } as const)
      : ({ kind: "http", signingSecret: slack.signingSecret, host: "127.0.0.1", port: 0 } as const);
  const access = { kind: "token", token: slack.botToken } as const;
  const adapter = createSlack({ apiUrl: slack.apiUrl, access, delivery }, createContext(log));
  const ann = slack.addUser("Ann");
  const root = slack.say({ in: slack.channel, by: ann, text: "Here", silent: true });
  const elsewhere = slack.say({ in: slack.channel, by: ann, text: "There", silent: true });
  let last = root;

  const shown = () =>
    slack.messages(last.channelId, last.threadTs ?? last.ts).filter(({ userId }) => userId === slack.botUserId);
  const refuse =
    (error: string, times = 1) =>
    () =>
      slack.fail({ method: "chat.update", error, times });

  return {
    adapter: {
      ...adapter,
      async start(receive) {
        await adapter.start(receive);
        if (mode === "http") slack.deliverTo(addressIn(log));
      },
    },
    vias: ["mention", "direct", "ambient"],
    say(via, text) {
      last = sayAs(slack, ann, root.ts, via, text);
      return last.ts;
    },
    sayElsewhere: (text) => void slack.say({ in: slack.channel, by: ann, text: escaped(text), thread: elsewhere.ts }),
    redeliveries: [(message) => slack.redeliver(message)],
    noise: [
      () => slack.preview(root),
      () =>
        slack.say({
          in: slack.channel,
          by: slack.addUser("Robot", { bot: true }),
          asBot: true,
          text: `<@${slack.botUserId}> hi`,
        }),
      () => slack.say({ in: slack.channel, by: slack.botUserId, text: "my own words" }),
      () => slack.say({ in: slack.channel, subtype: "bot_message", asBot: true, text: `<@${slack.botUserId}> hi` }),
      () => slack.say({ in: slack.channel, by: ann, subtype: "channel_join", text: `<@${ann.id}> has joined` }),
    ],
    use(name, { scope, ...options }) {
      const text = Object.values(options).join(" ");
      const choice = scope === undefined ? "" : text === "" ? ` ${scope}` : ` ${scope}:`;
      slack.command({ in: slack.channel, by: ann, text: escaped(`${name}${choice} ${text}`) });
    },
    shown: () => shown().map(({ text }) => text),
    loud: ["<!channel>", "<!here>", "<!everyone>", `<@${ann.id}>`, "<!subteam^S123>", `\`<@${ann.id}>\``],
    pings: () =>
      shown()
        .flatMap(({ states }) => states)
        .reduce((sum, { pings }) => sum + pings.users.length + pings.channels.length + pings.groups.length, 0),
    edit(message, text) {
      const [address = ""] = /^<@\w+> /.exec(slack.message(message)?.source ?? "") ?? [];
      slack.edit(message, address + escaped(text));
    },
    takeBack: slack.delete,
    remove(message) {
      slack.delete(message);
      return message;
    },
    // A request and its answer take longer than an event on a socket that is open already.
    async delivered() {
      for (let hop = 0; hop < 3; hop++) await (await fetch(`${slack.apiUrl}auth.test`, { method: "POST" })).text();
    },
    failures: [
      { name: "message deleted", provoke: refuse("message_not_found"), code: "gone" },
      { name: "not in the channel", provoke: refuse("not_in_channel"), code: "absent" },
      { name: "archived channel", provoke: refuse("is_archived"), code: "closed" },
      { name: "edit window closed", provoke: refuse("edit_window_closed"), code: "frozen" },
      { name: "token revoked", provoke: refuse("token_revoked"), code: "forbidden" },
      { name: "text too long", provoke: refuse("msg_too_long", 2), code: "invalid" },
    ],
    async close() {
      await adapter.stop();
      await slack.stop();
    },
  };
}

function sayAs(slack: Slack, by: { readonly id: string }, thread: string, via: string, text: string) {
  switch (via) {
    case "mention":
      return slack.say({ in: slack.channel, by: by.id, text: `<@${slack.botUserId}> ${escaped(text)}` });
    case "direct":
      return slack.say({ in: slack.direct(by.id), by: by.id, text: escaped(text) });
    default:
      return slack.say({ in: slack.channel, by: by.id, text: escaped(text), thread });
  }
}

/** As Slack's clients send what people type. */
const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
