import { answer, call, listen, type Place, wait } from "./yardstick.ts";

const { SLACK_BOT_TOKEN: token = "", SLACK_APP_TOKEN: appToken = "", SLACK_API_URL: apiUrl } = process.env;

type Result = { ok: boolean; ts: string; url: string };
type Mention = {
  type: string;
  channel: string;
  user: string;
  team: string;
  text: string;
  ts: string;
  thread_ts?: string;
};

async function api(method: string, body: unknown, bearer = token): Promise<Result> {
  const { status, headers, data } = await call<Result>("POST", `${apiUrl}${method}`, body, `Bearer ${bearer}`);
  if (status === 429) {
    await wait(Number(headers["retry-after"]) * 1_000);
    return api(method, body, bearer);
  }
  if (!data.ok) console.error(method, JSON.stringify(data));
  return data;
}

/** So many a minute, of which one is left to whoever counts otherwise. */
function createBucket(perMinute: number) {
  const most = perMinute - 1;
  let [level, at] = [most, performance.now()];
  const now = () => Math.min(most, level + ((performance.now() - at) * perMinute) / 60_000);
  const take = () => {
    [level, at] = [now(), performance.now()];
    if (level < 1) return false;
    level--;
    return true;
  };
  return { now, take };
}

const [starts, appends] = [createBucket(20), createBucket(100)];
let live = 0;

function placeOf({ channel, user, team, ts: own, thread_ts = own }: Mention): Place {
  // A stream that may be started now may also be stopped: both methods have the same limit, and the stop comes later.
  const streams = starts.take();
  let ts: string | undefined;
  let [next, whole] = [0, false];
  live++;
  return {
    pause: () => (!streams ? 60_000 : ts === undefined ? 0 : next - performance.now()),
    async show(text, shown, last) {
      const markdown_text = text.slice(shown);
      if (!streams) {
        await api("chat.postMessage", { channel, thread_ts, markdown_text: text });
        whole = true;
      } else if (last && ts !== undefined) {
        await api("chat.stopStream", { channel, ts, markdown_text });
        whole = true;
      } else if (ts === undefined) {
        const recipient = { recipient_user_id: user, recipient_team_id: team };
        ({ ts } = await api("chat.startStream", { channel, thread_ts, ...recipient, markdown_text }));
      } else {
        while (!appends.take()) await wait(100);
        await api("chat.appendStream", { channel, ts, markdown_text });
      }
      next = performance.now() + (appends.now() > 50 ? 300 : 600) * Math.max(1, live);
    },
    async end() {
      live--;
      if (streams && !whole) await api("chat.stopStream", { channel, ts });
    },
  };
}

const { url } = await api("apps.connections.open", {}, appToken);
type Envelope = { envelope_id?: string; payload?: { event?: Mention } };
listen<Envelope>(url, ({ envelope_id, payload }, reply) => {
  if (envelope_id) reply({ envelope_id });
  const event = payload?.event;
  if (event?.type !== "app_mention") return;
  answer(`${event.channel}:${event.thread_ts ?? event.ts}`, event.text, placeOf(event)).catch(console.error);
});
