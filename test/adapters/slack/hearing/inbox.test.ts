import type { App, ReceiverEvent } from "@slack/bolt";
import { expect, test } from "vitest";
import { createInbox } from "../../../../adapters/slack/hearing/inbox.ts";
import { createManualClock } from "../../../support/manual-clock.ts";

const said = (text: string): ReceiverEvent => ({
  body: {
    type: "event_callback",
    event_id: `Ev-${text}`,
    team_id: "T1",
    event: { type: "app_mention", user: "U1", event_ts: "1", text },
  },
  ack: async () => undefined,
});

/** An inbox in which an earlier run left a message, before an app that hears what `hears` lets through. */
async function openInbox(hears: (text: string) => Promise<void>) {
  const clock = createManualClock();
  const kept = new Map<string, string>();
  const notes = {
    get: async (name: string) => kept.get(name),
    set: async (name: string, text: string) => void kept.set(name, text),
    delete: async (name: string) => void kept.delete(name),
    names: async (prefix: string) => [...kept.keys()].filter((name) => name.startsWith(prefix)),
  };
  const heard: string[] = [];
  const open = () => {
    const app = {
      async processEvent({ body }: ReceiverEvent) {
        const { text } = body["event"] as { readonly text: string };
        await hears(text);
        heard.push(text);
      },
    } as unknown as App;
    const inbox = createInbox({ notes, clock, mayKeep: async () => true });
    inbox.guard(app);
    return { app, inbox };
  };
  void open().app.processEvent(said("earlier")); // it is noted, and the process ends
  await clock.pass(0);
  return { clock, heard, ...open() };
}

test("what an earlier run left is heard before what comes now", async () => {
  const { app, inbox, heard } = await openInbox(async (text) => {
    if (text === "earlier") await new Promise((resolve) => setImmediate(resolve));
  });
  const now = app.processEvent(said("now"));
  await inbox.replay();
  await now;
  expect(heard).toEqual(["earlier", "now"]);
});

test("nothing waits longer for it than Slack waits for an answer", async () => {
  const { app, inbox, heard, clock } = await openInbox((text) =>
    text === "earlier" ? new Promise(() => undefined) : Promise.resolve(),
  );
  void app.processEvent(said("now"));
  void inbox.replay();
  await clock.pass(1_999);
  expect(heard).toEqual([]);
  await clock.pass(1);
  expect(heard).toEqual(["now"]);
});
