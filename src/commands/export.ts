import { exportThread } from "../memory/export-thread.ts";
import { joined } from "../reply/notices.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Command } from "./command.ts";
import { threadName } from "./place-names.ts";

const said = sentences.commands.export;

export const exportMemory: Command = {
  name: "export",
  summary: said.summary,
  options: [],
  private: true,
  when: "at-once",
  async run({ place, parts }) {
    const { files, turns, summaries, left } = await exportThread(place, parts);
    if (turns === 0 && summaries === 0) {
      const isOutside = place.kind === "channel" || place.kind === "new-thread" || place.isInbox;
      return { refused: isOutside ? `${said.nothingOutside} ${said.inside}` : said.nothing(threadName(place)) };
    }
    return {
      text: joined(said.done(threadName(place), turns, summaries), left === 0 ? undefined : said.tooOld(left)),
      files,
      instead: `${said.notInPublic} ${asCommand(place.commandPrefix)}`,
    };
  },
};

const asCommand = (prefix: string | undefined): string =>
  prefix === undefined ? said.cannot : said.instead(`${prefix}export`);
