import { writeSync } from "node:fs";
import { threadId } from "../../src/port/index.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { answered, said } from "./build-turn.ts";

// Run as a process of its own, to be killed: appends for ever, and names each `next` once it is acknowledged.
const [url = ""] = process.argv.slice(2);
const { conversations } = await openStore(url, { warn: (_, sentence) => writeSync(2, sentence) });
let conversation = await conversations.open(threadId("test:killed"));
for (;;) {
  const { next } = conversation;
  conversation = await conversations.append(conversation, said(`${next}`), answered(`${next + 1}`));
  writeSync(1, `${conversation.next}\n`);
}
