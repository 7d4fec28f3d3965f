import { mkdtempSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

// The least code that answers well, without any library: a window of fifty rows in SQLite, the model's stream read by hand, and a text that is shown
// as often as the platform's limits permit. It has no persona, no command, no recovery, and knows only the shapes it expects.

const { env } = process;
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

export type Answered<Data> = {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly data: Data;
};

function send(method: string, url: string, body: unknown, headers: Record<string, string>): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const typed = bytes && { "content-type": "application/json", "content-length": String(bytes.length) };
  const sent = request(url, { method, agent, headers: { ...headers, ...typed } }, resolve);
  sent.on("error", reject);
  sent.setNoDelay(true);
  sent.end(bytes);
  return promise;
}

export async function call<Data>(
  method: string,
  url: string,
  body: unknown,
  authorization: string,
): Promise<Answered<Data>> {
  const response = await send(method, url, body, { authorization });
  const text = (await response.setEncoding("utf8").toArray()).join("");
  return { status: response.statusCode ?? 0, headers: response.headers, data: JSON.parse(text || "{}") };
}

export const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** What has come with each of the model's packets. */
async function* deltas(messages: readonly unknown[]): AsyncGenerator<string> {
  const url = `${env["OPENAI_BASE_URL"]}/chat/completions`;
  const authorization = `Bearer ${env["OPENAI_API_KEY"]}`;
  const response = await send("POST", url, { model: env["MODEL"], messages, stream: true }, { authorization });
  let rest = "";
  for await (const packet of response.setEncoding("utf8")) {
    const events = (rest + packet).split("\n\n");
    rest = events.pop() ?? "";
    const words = events.map((event) => (event === "data: [DONE]" ? "" : wordsOf(JSON.parse(event.slice(6)))));
    if (words.length > 0) yield words.join("");
  }
}

type Chunk = { readonly choices: readonly { readonly delta?: { readonly content?: string } }[] };

const wordsOf = ({ choices }: Chunk): string => choices[0]?.delta?.content ?? "";

const rows = new DatabaseSync(join(mkdtempSync(join(tmpdir(), "parley-bench-yardstick-")), "rows.sqlite"));
rows.exec("pragma journal_mode = wal; pragma synchronous = normal");
rows.exec("create table said (id integer primary key, thread text, role text, content text)");
rows.exec("create index of_thread on said (thread, id)");
const add = rows.prepare("insert into said (thread, role, content) values (?, ?, ?)");
const newest = rows.prepare(
  "select role, content from (select * from said where thread = ? order by id desc limit 50) order by id",
);

/** Where an answer is shown. */
export type Place = {
  /** Milliseconds until the next change may be made while the answer grows. */
  pause(): number;
  /** Waits for what all answers share. */
  turn?(urgent: boolean): Promise<void>;
  show(text: string, shown: number, last: boolean): Promise<void>;
  end(): Promise<void> | void;
};

export async function answer(thread: string, question: string, place: Place): Promise<void> {
  add.run(thread, "user", question);
  let [text, ended] = ["", false];
  const end = Promise.withResolvers<void>();
  let wake = () => {};
  const woken = () => new Promise<void>((resolve) => (wake = resolve));
  const showing = (async () => {
    let shown = 0;
    while (!ended || shown < text.length) {
      if (shown === text.length) {
        await woken();
        continue;
      }
      while (!ended && place.pause() > 0) await Promise.race([wait(place.pause()), end.promise]);
      await place.turn?.(shown === 0 || ended);
      const upTo = text.length;
      await place.show(text, shown, ended && upTo === text.length);
      shown = upTo;
    }
    await place.end();
  })();
  for await (const words of deltas([
    { role: "system", content: "You are a helpful assistant." },
    ...newest.all(thread),
  ])) {
    text += words;
    wake();
  }
  ended = true;
  end.resolve();
  wake();
  await showing;
  add.run(thread, "assistant", text);
}

/** So many a second; the first and the last text of an answer before those between. */
export function createTurns(perSecond: number): (urgent: boolean) => Promise<void> {
  const [urgent, others]: (() => void)[][] = [[], []];
  let [free, serving] = [0, false];
  const serve = async () => {
    serving = true;
    for (;;) {
      const next = urgent?.shift() ?? others?.shift();
      if (next === undefined) break;
      if (free - performance.now() > 1) await wait(free - performance.now());
      free = Math.max(performance.now(), free) + 1_000 / perSecond;
      next();
    }
    serving = false;
  };
  return (isUrgent) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    (isUrgent ? urgent : others)?.push(resolve);
    if (!serving) void serve();
    return promise;
  };
}

export function listen<Message>(
  url: string,
  heard: (message: Message, reply: (message: unknown) => void) => void,
): void {
  const socket = new WebSocket(url);
  socket.onmessage = ({ data }) => heard(JSON.parse(String(data)), (message) => socket.send(JSON.stringify(message)));
  socket.onerror = () => process.exit(1);
}
