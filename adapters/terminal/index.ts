// The terminal is the smallest adapter: lines that are typed come in, and replies are printed as they grow.
// A terminal cannot take back what was printed, so each text is only added to.
// What would be a button is a number to type.

import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import {
  type Adapter,
  type AdapterContext,
  type Author,
  type BotEvent,
  type Control,
  channelId,
  type Extra,
  messageId,
  type Place,
  PlatformError,
  type Receive,
  type ReplySurface,
  sentences,
  threadId,
  userId,
} from "../../src/port/index.ts";
import { newEventId, toEvent } from "./line.ts";

/** Lines that are being answered at once. */
const mostAtOnce = 10;

export type TerminalStreams = {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
  /** No other adapter runs, so the end of the input is the end of the bot. Ctrl+C is that anywhere. */
  readonly alone: boolean;
};

/** A conversation with one person at the keyboard. Its memory outlives the process, as everywhere. */
export function createTerminal(streams: TerminalStreams, user: string, context: AdapterContext): Adapter {
  const { input, output, alone } = streams;
  const lines = createInterface({
    input,
    output,
    terminal: input.isTTY === true,
    prompt: `${sentences.terminal.you} ▸ `,
  });
  const author: Author = { id: userId(user), name: user };
  const place = placeOf(user);
  const running = new Set<Promise<void>>();
  /** Lines of a pipe come all at once, and nobody has so many questions waiting: they are reported as there is room. */
  const later: (() => void)[] = [];
  let open = true;
  /** What the last line's answer lets the person choose from, by number. */
  let offered: readonly Control[] = [];

  /** The answers to piped lines still come when the input is over and nobody is left to prompt. */
  function prompt(): void {
    if (open) lines.prompt();
  }

  function report(receive: Receive, event: BotEvent | string): void {
    if (typeof event === "string") {
      output.write(`${event}\n`);
      prompt();
      return;
    }
    const run = receive(
      event,
      createSurface(output, (controls) => (offered = controls)),
    )
      .catch((error: unknown) => context.log.error({ error: String(error) }, "an event from the terminal was lost"))
      .then(() => {
        running.delete(run);
        later.shift()?.();
        if (running.size > 0) return; // a prompt now would stand in the middle of the other answer
        output.write("\n");
        prompt();
      });
    running.add(run);
  }

  function inOrder(say: () => void): void {
    if (running.size < mostAtOnce) say();
    else later.push(say);
  }

  async function finished(): Promise<void> {
    while (running.size > 0) await Promise.all(running);
  }

  /** What a line means that answers an offer with its number. */
  function toPress(text: string): BotEvent | undefined {
    const control = offered[Number(text.trim()) - 1];
    offered = [];
    if (control === undefined) return undefined;
    return {
      kind: "command",
      id: newEventId(),
      place,
      author,
      name: "forget me",
      options: {},
      button: control.command,
    };
  }

  function interrupt(receive: Receive): void {
    if (running.size === 0) context.quit();
    else report(receive, { kind: "command", id: newEventId(), place, author, name: "stop", options: {} });
  }

  return {
    platform: "terminal",
    async start(receive) {
      let pasted: string[] = [];
      const flush = () => {
        const text = pasted.join("\n");
        pasted = [];
        if (text.trim() === "") prompt();
        else inOrder(() => report(receive, toPress(text) ?? toEvent(text, place, author, context)));
      };
      lines.on("line", (line) => {
        // The lines of a paste come within one tick and are one message; lines from a pipe are a message each.
        if (pasted.push(line) === 1 && input.isTTY) queueMicrotask(flush);
        else if (!input.isTTY) flush();
      });
      lines.on("SIGINT", () => interrupt(receive));
      lines.on("close", () => {
        open = false;
        if (alone) void finished().then(() => context.quit());
      });
      prompt();
    },
    async stop() {
      open = false;
      lines.removeAllListeners();
      lines.close();
    },
  };
}

/** Prints what was added to a message since it was last shown; a terminal cannot take back what has scrolled away. */
function createSurface(output: NodeJS.WritableStream, offer: (controls: readonly Control[]) => void): ReplySurface {
  const shown = new Map<string, string>();

  function print(id: string, text: string): void {
    const before = shown.get(id) ?? "";
    shown.set(id, text);
    output.write(text.startsWith(before) ? text.slice(before.length) : `\n${text}`);
  }

  /** Nobody else reads along here, so files are printed, and what would be a button is a number to type. */
  function say(markdown: string, { controls = [], files = [] }: Extra): void {
    const documents = files.map(({ name, text }) => `${name}:\n${text}`);
    const choices = controls.map(({ label }, at) => sentences.terminal.choice(at + 1, label));
    output.write(`\nparley ▸ ${printable([markdown, ...documents, ...choices].join("\n\n"), false)}\n`);
    offer(controls);
  }

  return {
    limits: {
      maxLength: Number.MAX_SAFE_INTEGER,
      dialect: { tables: "native", headings: 6, math: "native" },
      bucket: "terminal",
      count: 30,
      periodMs: 1_000,
      cursor: "",
    },
    expectsResponse: false,
    startTyping: async () => 60_000, // there is no sign to renew
    status: async () => undefined, // it would scroll away, or run through what is being typed
    async create({ markdown, controls }) {
      const id = randomUUID();
      output.write("\nparley ▸ ");
      print(id, printable(markdown, isLive(controls)));
      return messageId(id);
    },
    async edit(message, { markdown, controls }) {
      if (!shown.has(message)) throw new PlatformError("gone", "no such message");
      print(message, printable(markdown, isLive(controls)));
    },
    remove: async () => undefined, // what has scrolled away stands
    adopt: () => undefined,
    respond: async (markdown, extra = {}) => say(markdown, extra),
    respondPrivately: async (markdown, extra = {}) => say(markdown, extra),
    history: async () => ({ messages: [], complete: true }),
    read: async () => undefined,
  };
}

const isLive = (controls: readonly Control[]): boolean => controls.some(({ command }) => command === "stop");

/** Text without control characters, which could command the terminal. A code block that only seems to end is held back while live. */
function printable(markdown: string, live: boolean): string {
  const text = live ? markdown.replace(/\n(`{3,}|~{3,})$/, "") : markdown;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be removed
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}

function placeOf(user: string): Place {
  const name = `terminal:${user}`;
  return {
    kind: "direct",
    thread: threadId(name),
    channel: channelId(name),
    bot: "Parley",
    commandPrefix: "/",
    authority: ["thread", "channel"],
  };
}
