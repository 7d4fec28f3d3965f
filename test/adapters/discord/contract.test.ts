import { createDiscord } from "../../../adapters/discord/index.ts";
import { describeAdapterContract, type Stage } from "../../contract/adapter-contract.ts";
import { type Discord, startDiscord } from "../../emulators/discord/discord-emulator.ts";
import { createContext } from "../../support/adapter-context.ts";
import { recordingLog } from "../../support/recording-log.ts";

describeAdapterContract("Discord", openStage);

async function openStage(): Promise<Stage> {
  const discord = await startDiscord();
  const settings = { token: discord.token, apiUrl: discord.apiUrl, replyIn: "channel", followThreads: true } as const;
  const adapter = createDiscord(settings, createContext(recordingLog()));
  const ann = discord.addUser("Ann");
  const thread = discord.openThread({ in: discord.channel, name: "Here" });
  const otherThread = discord.openThread({ in: discord.channel, name: "Elsewhere" });
  const link = discord.say({ in: thread, by: ann, text: "https://example.org" });
  let place = thread.id;

  const own = () => discord.messages(place).filter(({ authorId }) => authorId === discord.botId);
  const edits = { method: "PATCH", route: /messages/ };
  const refuse = (status: number, code: number) => () =>
    discord.fail({ ...edits, status, body: { code, message: "refused" } });

  return {
    adapter,
    vias: ["mention", "direct", "ambient"],
    say(via, text) {
      const said = sayAs(discord, ann, thread.id, via, text);
      place = said.channelId;
      return said.id;
    },
    sayElsewhere: (text) => void discord.say({ in: otherThread, by: ann, text }),
    redeliveries: [
      (message) =>
        void discord.say({ in: discord.channel, by: ann, text: `<@${discord.botId}> one`, messageId: message }),
    ],
    noise: [
      () => discord.preview(link),
      () => discord.say({ in: thread, by: discord.addUser("Robot", { bot: true }), text: `<@${discord.botId}> hi` }),
      () => discord.say({ in: thread, by: discord.botId, text: "my own words" }),
      () => discord.say({ in: thread, webhook: true, text: `<@${discord.botId}> hi` }),
      () => discord.say({ in: discord.channel, by: ann, text: "", type: 7 }), // “Ann joined the server”
    ],
    use(name, options) {
      const [command, subcommand] = name.split(" ");
      discord.slash({
        in: thread,
        name: command ?? name,
        ...(subcommand === undefined ? {} : { subcommand }),
        options,
      });
    },
    shown: () => own().map(({ content }) => content),
    loud: ["@everyone", "@here", `<@${ann.id}>`, `<@&${discord.botRoleId}>`],
    pings: () =>
      own()
        .flatMap(({ states }) => states)
        .reduce((sum, { pings }) => sum + pings.users.length + pings.roles.length + (pings.everyone ? 1 : 0), 0),
    edit(message, text) {
      const [address = ""] = /^<@\w+> /.exec(discord.message(message)?.content ?? "") ?? [];
      discord.edit(message, address + text);
    },
    takeBack: discord.delete,
    remove(message) {
      discord.delete(message);
      return message;
    },
    // A request and its answer take longer than an event on a socket that is open already.
    async delivered() {
      for (let hop = 0; hop < 3; hop++) await (await fetch(`${discord.apiUrl}/v10/gateway`)).arrayBuffer();
    },
    failures: [
      { name: "no right to write", provoke: refuse(403, 50_013), code: "forbidden" },
      { name: "channel not visible", provoke: refuse(403, 50_001), code: "forbidden" },
      { name: "unknown message", provoke: refuse(404, 10_008), code: "gone" },
      { name: "too many edits of an old message", provoke: refuse(400, 30_046), code: "frozen" },
      { name: "AutoMod", provoke: refuse(400, 200_000), code: "blocked" },
    ],
    async close() {
      await adapter.stop();
      await discord.stop();
    },
  };
}

function sayAs(discord: Discord, by: { readonly id: string }, thread: string, via: string, text: string) {
  switch (via) {
    case "mention":
      return discord.say({ in: discord.channel, by, text: `<@${discord.botId}> ${text}` });
    case "direct":
      return discord.dm({ by, text });
    default:
      return discord.say({ in: thread, by, text });
  }
}
