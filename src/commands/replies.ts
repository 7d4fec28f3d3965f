import { type Asker, type Chooser, type ReplyMode, replyModes } from "../choices/reply-modes.ts";
import type { OptionSpec, Place } from "../port/index.ts";
import { refusalOf } from "./authority.ts";
import type { Command, CommandCall } from "./command.ts";

const modeOption: OptionSpec = {
  name: "mode",
  summary: "Growing, or only whole, as screen readers and phones like it; default forgets the choice",
  required: false,
  choices: [...replyModes, "default"],
};

const scopeOption: OptionSpec = {
  name: "scope",
  summary: "The answers to you, or those to everybody in this channel who has not chosen",
  required: false,
  choices: ["me", "channel"],
};

/** Without a mode it shows what holds here. */
export const replies: Command = {
  name: "replies",
  summary: "Choose whether answers are shown while they grow or only when they are whole",
  options: [modeOption, scopeOption],
  private: true,
  lasting: true,
  when: "at-once",
  async run(call) {
    const { place, options, parts } = call;
    const chooser: Chooser = options["scope"] === "channel" ? "channel" : "me";
    const wanted = modeOption.choices?.find((choice) => choice === options["mode"]);
    if (wanted === undefined) return show(call);
    const refusal = chooser === "channel" ? refusalOfChannel(place) : undefined;
    if (refusal !== undefined) return { refused: refusal };
    const mode = replyModes.find((one) => one === wanted);
    if (mode === undefined) return forget(call, chooser);
    await parts.replyModes.set(call, chooser, mode);
    const undo = chooser === "me" ? "`replies default`" : "`replies channel default`";
    return `${reach[chooser](place)} ${promise[mode]}. ${undo} undoes this.`;
  },
};

async function forget(call: CommandCall, chooser: Chooser): Promise<string> {
  await call.parts.replyModes.reset(call, chooser);
  return `That choice is forgotten. ${await standing(call)}`;
}

async function show(call: CommandCall): Promise<string> {
  const other = (await call.parts.replyModes.at(call)).mode === "live" ? "final" : "live";
  return `${await standing(call)} \`replies ${other}\` changes that for you, \`replies channel ${other}\` for the channel.`;
}

async function standing(call: CommandCall): Promise<string> {
  const { mode, by } = await call.parts.replyModes.at(call);
  return `Answers to you ${promise[mode]} (${reason[by](call.place)}).`;
}

const promise: Readonly<Record<ReplyMode, string>> = {
  live: "grow here while I write them",
  final: "come when they are whole; until then the sign of being at work stays on",
};

const reach = {
  me: (place: Place) => `${inReach(place)}, answers to you now`,
  channel: (place: Place) => `In ${channelName(place)}, answers to whoever has not chosen otherwise now`,
} as const;

const reason: Readonly<Record<Chooser | "default", (place: Place) => string>> = {
  me: () => "your own choice",
  channel: (place) => `set for ${channelName(place)}`,
  default: () => "the default",
};

/** A person's choice holds as far as their id means them. */
const inReach = ({ server, serverNoun = "server" }: Asker["place"]): string =>
  server === undefined ? "In our direct messages" : `In this ${serverNoun}`;

const channelName = ({ kind }: Place): string => (kind === "direct" ? "our direct messages" : "this channel");

function refusalOfChannel(place: Place): string | undefined {
  const act = "choose how answers are shown in this channel";
  return refusalOf(place, "channel", act, " For yourself you can: `replies final`.");
}
