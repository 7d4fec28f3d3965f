import { PassThrough } from "node:stream";
import { createTerminal } from "../../../adapters/terminal/index.ts";
import { type Adapter, messageId, type Receive } from "../../../src/port/index.ts";
import { describeAdapterContract, type Stage } from "../../contract/adapter-contract.ts";
import { createContext } from "../../support/adapter-context.ts";
import { settled } from "../../support/manual-clock.ts";
import { recordingLog } from "../../support/recording-log.ts";

describeAdapterContract("The terminal", openStage);

/** One person at a keyboard; somebody else at another keyboard is the other place. */
async function openStage(): Promise<Stage> {
  const here = openKeyboard("ann");
  const elsewhere = openKeyboard("bob");
  const adapter: Adapter = {
    platform: "terminal",
    async start(receive: Receive) {
      await Promise.all([here.adapter.start(receive), elsewhere.adapter.start(receive)]);
    },
    async stop() {
      await Promise.all([here.adapter.stop(), elsewhere.adapter.stop()]);
    },
  };
  return {
    adapter,
    vias: ["direct"],
    say(_via, text) {
      here.type(text);
      return text;
    },
    sayElsewhere: elsewhere.type,
    redeliveries: [],
    noise: [],
    use: (name, options) =>
      here.type(
        `/${name} ${Object.entries(options)
          .map(([option, value]) => (option === "scope" ? `scope=${value}` : value))
          .join(" ")}`,
      ),
    shown: here.replies,
    loud: [],
    pings: () => 0,
    remove: () => messageId("never printed"),
    delivered: settled,
    failures: [],
    close: () => adapter.stop(),
  };
}

function openKeyboard(user: string) {
  const input = new PassThrough();
  const output = new PassThrough();
  let printed = "";
  output.on("data", (chunk) => {
    printed += chunk;
  });
  return {
    adapter: createTerminal({ input, output, alone: true }, user, createContext(recordingLog())),
    type: (line: string) => void input.write(`${line}\n`),
    /** What follows the bot's name, up to the next prompt. */
    replies: () => [...printed.matchAll(/parley ▸ ([\s\S]*?)(?=\n(?:you|parley) ▸ |$)/g)].map(([, text]) => text ?? ""),
  };
}
