import { answer, call, createTurns, listen, type Place, wait } from "./yardstick.ts";

const { DISCORD_TOKEN: token = "", DISCORD_API_URL, THREADS } = process.env;
const longest = 2_000;

/** What a place's edits may still do, as its last answer said, and how many answers share that. */
type Edits = { left: number; resetAt: number; answers: number };

type Message = {
  id: string;
  channel_id: string;
  content: string;
  author: { bot?: boolean };
  mentions: { id: string }[];
};

async function api(method: string, path: string, body?: unknown) {
  const { status, headers, data } = await call<{ id: string; url: string }>(
    method,
    `${DISCORD_API_URL}/v10${path}`,
    body,
    `Bot ${token}`,
  );
  if (status >= 400) console.error(method, path, status, JSON.stringify(data));
  const resetAt = performance.now() + Number(headers["x-ratelimit-reset-after"] ?? 1) * 1_000;
  return { data, left: status === 429 ? 0 : Number(headers["x-ratelimit-remaining"] ?? 1), resetAt };
}

const turn = createTurns(48);
const threads = new Set<string>();
const editsIn = new Map<string, Edits>();

function placeOf(message: Message): { thread: string; place: Place } {
  let channel: string = message.channel_id;
  const isNew = THREADS !== undefined && !threads.has(channel);
  const thread = isNew ? message.id : channel;
  const started = isNew
    ? api("POST", `/channels/${channel}/messages/${message.id}/threads`, { name: "answer" }).then(({ data }) => {
        channel = data.id;
        threads.add(channel);
      })
    : undefined;
  const edits = editsIn.get(thread) ?? { left: 5, resetAt: 0, answers: 0 };
  editsIn.set(thread, edits);
  edits.answers++;
  const untilReset = () => edits.resetAt - performance.now();
  let id: string | undefined;
  let [from, next] = [0, 0];
  const post = async (content: string) => {
    const quote = isNew ? {} : { message_reference: { message_id: message.id } };
    const posted = await api("POST", `/channels/${channel}/messages`, {
      content,
      ...quote,
      allowed_mentions: { parse: [] },
    });
    id = posted.data.id;
    next = performance.now() + Math.max(300, Math.max(0, untilReset()) / Math.max(1, edits.left)) * edits.answers;
  };
  const edit = async (content: string) => {
    while (edits.left <= 0 && untilReset() > 0) await wait(untilReset() + 5);
    edits.left--;
    const { left, resetAt } = await api("PATCH", `/channels/${channel}/messages/${id}`, { content });
    Object.assign(edits, { left, resetAt });
    next = performance.now() + (untilReset() / Math.max(1, left)) * edits.answers;
  };
  const place: Place = {
    pause: () => (id === undefined ? 0 : next - performance.now()),
    turn,
    async show(text) {
      await started;
      for (;;) {
        const content = text.slice(from, from + longest);
        await (id === undefined ? post(content) : edit(content));
        if (text.length <= from + longest) return;
        from += longest;
        id = undefined;
      }
    },
    end() {
      edits.answers--;
    },
  };
  return { thread, place };
}

const intents = (1 << 0) | (1 << 9) | (1 << 15);
const properties = { os: "linux", browser: "yardstick", device: "yardstick" };
const { data: gateway } = await api("GET", "/gateway/bot");
type Packet = { op: number; t: string | null; d: Message & { heartbeat_interval: number; user: { id: string } } };
let self = "";
listen<Packet>(`${gateway.url}/?v=10&encoding=json`, ({ op, t, d }, reply) => {
  if (op === 10) {
    reply({ op: 2, d: { token, intents, properties } });
    setInterval(() => reply({ op: 1, d: null }), d.heartbeat_interval);
  }
  if (t === "READY") self = d.user.id;
  if (t !== "MESSAGE_CREATE" || d.author.bot || !d.mentions.some(({ id }) => id === self)) return;
  const { thread, place } = placeOf(d);
  answer(thread, d.content, place).catch(console.error);
});
