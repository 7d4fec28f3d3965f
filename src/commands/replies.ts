import { type Asker, type Chooser, replyModes } from "../choices/reply-modes.ts";
import type { OptionSpec, Place } from "../port/index.ts";
import { sentences } from "../sentences/sentences.ts";
import { refusalOf } from "./authority.ts";
import type { Command, CommandCall } from "./command.ts";
import { channelName } from "./place-names.ts";

const { places, replies: said } = sentences.commands;

const modeOption: OptionSpec = {
  name: "mode",
  summary: said.mode,
  required: false,
  choices: [...replyModes, "default"],
};

const scopeOption: OptionSpec = {
  name: "scope",
  summary: said.scope,
  required: false,
  choices: ["me", "channel"],
};

/** Without a mode it shows what holds here. */
export const replies: Command = {
  name: "replies",
  summary: said.summary,
  options: [modeOption, scopeOption],
  private: true,
  mutates: true,
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
    const where = chooser === "me" ? inReach(place) : channelName(place);
    return `${said.set[chooser](where, mode)} ${said.undo[chooser]}`;
  },
};

async function forget(call: CommandCall, chooser: Chooser): Promise<string> {
  await call.parts.replyModes.reset(call, chooser);
  return `${chooser === "me" ? said.removed : said.removedChannel} ${await standing(call)}`;
}

async function show(call: CommandCall): Promise<string> {
  const other = (await call.parts.replyModes.at(call)).mode === "live" ? "final" : "live";
  return `${await standing(call)} ${said.change(other)}`;
}

async function standing(call: CommandCall): Promise<string> {
  const { mode, by } = await call.parts.replyModes.at(call);
  return said.now(mode, by === "channel" ? said.because.channel(channelName(call.place)) : said.because[by]);
}

/** A person's choice holds as far as their id means them. */
const inReach = ({ server, serverNoun = "server" }: Asker["place"]): string =>
  server === undefined ? places.directMessages : places.server(serverNoun);

function refusalOfChannel(place: Place): string | undefined {
  return refusalOf(place, "channel", said.act, said.instead);
}
