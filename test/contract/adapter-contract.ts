import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { commandSpecs } from "../../src/commands/catalog.ts";
import type {
  Adapter,
  BotEvent,
  CommandEvent,
  Content,
  MessageEvent,
  MessageId,
  PlatformErrorCode,
  Receive,
  ReplySurface,
} from "../../src/port/index.ts";

/** A platform with an adapter on it, as the contract plays on it. What a platform does not have is an empty list. */
export type Stage = {
  readonly adapter: Adapter;
  /** The ways in which a person can be heard on this platform. */
  readonly vias: readonly MessageEvent["via"][];
  /** A person says something that is heard in this way, always in the same place. Returns what `redeliver` needs. */
  say(via: MessageEvent["via"], text: string): string;
  /** A person says something in another place that the bot can hear. */
  sayElsewhere(text: string): void;
  /** The platform delivers the message again, in each way that it may. */
  readonly redeliveries: readonly ((message: string) => void)[];
  /** What must not be reported: the bot's own words, other bots', the platform's. */
  readonly noise: readonly (() => void)[];
  /** A person uses a command as the platform draws it. */
  use(name: string, options: Readonly<Record<string, string>>): void;
  /** The texts that the bot has standing in the place of the last message, as a reader sees them. */
  shown(): readonly string[];
  /** Resolves when whatever was said before must have arrived. */
  delivered(): Promise<void>;
  /** Texts that ping somebody where they are not disarmed. */
  readonly loud: readonly string[];
  pings(): number;
  /** A person edits what they said; undefined where nobody can. */
  readonly edit?: (message: string, text: string) => void;
  /** A person deletes what they said; undefined where nobody can. */
  readonly takeBack?: (message: string) => void;
  /** Somebody deletes the bot's message. Where nobody can, returns the id of one that never was. */
  remove(message: MessageId): MessageId;
  /** Failures that can be provoked, and what they are to the core. */
  readonly failures: readonly { readonly name: string; provoke(): void; readonly code: PlatformErrorCode }[];
  close(): Promise<void>;
};

type Heard = { readonly event: BotEvent; readonly surface: ReplySurface };

/** What every adapter promises to the core, whatever its platform. */
export function describeAdapterContract(name: string, open: () => Promise<Stage>): void {
  describe(`${name} keeps the adapter contract`, () => {
    let stage: Stage;
    /** Everything that was reported, and of it what the core would take for new. */
    let reported: Heard[];
    let heard: Heard[];
    let receive: Receive;

    beforeEach(async () => {
      stage = await open();
      reported = [];
      heard = [];
      receive = async () => undefined;
      await stage.adapter.start((event, surface) => {
        const isNew = reported.every((one) => one.event.id !== event.id);
        reported.push({ event, surface });
        if (!isNew) return Promise.resolve();
        heard.push({ event, surface });
        return receive(event, surface);
      });
    });
    afterEach(() => stage.close());

    /** Waits until so many events were reported. */
    const hear = async (count: number): Promise<readonly Heard[]> => {
      await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(count));
      return heard;
    };
    const hearMessage = async (count: number) => {
      const last = (await hear(count))[count - 1];
      if (last?.event.kind !== "message") throw new Error("not a message");
      return { event: last.event, surface: last.surface };
    };
    const content = (markdown: string): Content => ({ markdown, controls: [], live: false });
    const openSurface = async () => {
      stage.say(stage.vias[0] ?? "direct", "Hello");
      return (await hear(1))[0]?.surface as ReplySurface;
    };

    test("the ways of being heard are told apart, and each says where it was", async () => {
      for (const [index, via] of stage.vias.entries()) {
        stage.say(via, `heard as ${via}`);
        const { event } = await hearMessage(index + 1);
        expect(event).toMatchObject({ via, text: `heard as ${via}` });
        expect(event.place.thread).toMatch(new RegExp(`^${stage.adapter.platform}:`));
      }
    });

    test("neither the bot's own words nor other bots' are reported", async () => {
      for (const make of stage.noise) make();
      stage.say(stage.vias[0] ?? "direct", "a person at last");
      const { event } = await hearMessage(1);
      expect(event.text).toBe("a person at last");
    });

    test("two messages have two ids, and a redelivery, if it is reported at all, has the first one's", async () => {
      const via = stage.vias[0] ?? "direct";
      const message = stage.say(via, "one");
      await hear(1);
      for (const redeliver of stage.redeliveries) redeliver(message);
      stage.say(via, "two");
      await vi.waitFor(() => expect(idsOf(reported, "two").size).toBe(1));
      expect(idsOf(reported, "one").size).toBe(1);
      expect(idsOf(reported, "one")).not.toEqual(idsOf(reported, "two"));
    });

    test("a place keeps its thread, and two places never share one", async () => {
      const via = stage.vias.at(-1) ?? "direct";
      stage.say(via, "one");
      await hear(1);
      stage.say(via, "two");
      await hear(2);
      stage.sayElsewhere("three");
      const threads = (await hear(3)).map(({ event }) => event.kind !== "deleted" && event.place.thread);
      expect(threads[1]).toBe(threads[0]);
      expect(threads[2]).not.toBe(threads[0]);
    });

    test.each([
      "plain words",
      "Grüße, 漢字, עברית and 👩‍🚀",
      "a < b && c > d, &amp; stays, <b>so does this</b>",
      "`code`, **stars**, _lines_ and \\backslashes",
      "x".repeat(3_900),
    ])("text arrives as typed: %s", async (text) => {
      stage.say(stage.vias[0] ?? "direct", text);
      expect((await hearMessage(1)).event.text).toBe(text);
    });

    test("an event that hangs or fails does not hold up the next one", async () => {
      const via = stage.vias[0] ?? "direct";
      receive = () => new Promise(() => undefined);
      stage.say(via, "hangs");
      await hear(1);
      receive = () => Promise.reject(new Error("broken"));
      stage.say(via, "fails");
      await hear(2);
      stage.say(via, "arrives");
      expect((await hearMessage(3)).event.text).toBe("arrives");
    });

    test("creating and editing make one message", async () => {
      const surface = await openSurface();
      const message = await surface.create(content("Half"));
      await surface.edit(message, content("Half and whole"));
      await vi.waitFor(() => expect(stage.shown()).toEqual(["Half and whole"]));
    });

    test("a text of exactly the longest length is shown whole", async () => {
      const surface = await openSurface();
      const text = `${"word ".repeat(Math.min(surface.limits.maxLength, 50_000) / 5 - 1)}last.`;
      await surface.create(content(text));
      await vi.waitFor(() => expect(stage.shown()).toEqual([text]));
    });

    test("code and signs are shown as written", async () => {
      const surface = await openSurface();
      const text = "`a < b && c > d`\n```ts\nconst html = '<b>&amp;</b>';\n```\nand ``two`` \\* stars";
      await surface.create(content(text));
      await vi.waitFor(() => expect(stage.shown()).toEqual([text]));
    });

    test("nobody is pinged, neither at first nor by an edit", async () => {
      const surface = await openSurface();
      for (const text of stage.loud) {
        const message = await surface.create(content(`Hello ${text}`));
        await surface.edit(message, content(`Hello again ${text}`));
      }
      expect(stage.pings()).toBe(0);
    });

    test("nobody is pinged by a message that grows, wherever its text is cut", async () => {
      const { stream } = await openSurface();
      if (stream === undefined) return;
      for (const text of stage.loud) {
        const whole = `Hello ${text} and on`;
        const cuts = [whole.indexOf(text) + 1, whole.indexOf(text) + Math.ceil(text.length / 2)];
        const [first = "", second = "", third = ""] = [0, ...cuts].map((cut, index) => whole.slice(cut, cuts[index]));
        const message = await stream.begin(content(first));
        await stream.append(message, second);
        await stream.end(message, third, []);
        expect(stage.shown().at(-1)?.replace(invisible, "")).toBe(whole);
        const atOnce = await stream.begin(content(`Hello ${text}`));
        await stream.append(atOnce, ` again ${text}`);
        await stream.end(atOnce, ` and ${text}`, []);
      }
      expect(stage.pings()).toBe(0);
    });

    test("editing a message that is gone fails as gone, and sends nothing new", async () => {
      const surface = await openSurface();
      const message = await surface.create(content("Here"));
      await expect(surface.edit(stage.remove(message), content("Still here"))).rejects.toMatchObject({ code: "gone" });
      expect(stage.shown().join()).not.toContain("Still here");
    });

    test("a message that was removed is gone, unreported, and removing it once more is no failure", async () => {
      const surface = await openSurface();
      const message = await surface.create(content("Removed"));
      await surface.remove(message);
      await surface.remove(message);
      if (stage.takeBack === undefined) return; // what was said here stands
      expect(stage.shown().join()).not.toContain("Removed");
      await expect(surface.edit(message, content("Back"))).rejects.toMatchObject({ code: "gone" });
      await stage.delivered();
      expect(reported.map(({ event }) => event.kind)).not.toContain("deleted");
    });

    test("an edit is reported as the message would be heard now, and two edits have two ids", async () => {
      if (stage.edit === undefined) return;
      for (const [index, via] of stage.vias.entries()) {
        const message = stage.say(via, `first ${index}`);
        await vi.waitFor(() => expect(idsOf(reported, `first ${index}`).size).toBe(1));
        const said = reported.map(({ event }) => event).findLast(({ kind }) => kind === "message");
        const edits = (text: string) =>
          reported.flatMap(({ event }) => (event.kind === "edited" && event.text === text ? [event] : []));
        stage.edit(message, `second ${index}`);
        await vi.waitFor(() => expect(edits(`second ${index}`)).not.toEqual([]));
        const [edit] = edits(`second ${index}`);
        expect(edit).toEqual({ ...said, kind: "edited", text: `second ${index}`, id: edit?.id, of: said?.id });
        stage.edit(message, `third ${index}`);
        await vi.waitFor(() => expect(edits(`third ${index}`)).not.toEqual([]));
        expect(new Set([said?.id, edit?.id, edits(`third ${index}`)[0]?.id]).size).toBe(3);
      }
    });

    test("a deletion is reported with its conversation, be it of a person's message or of the bot's", async () => {
      if (stage.takeBack === undefined) return;
      const said = stage.say(stage.vias[0] ?? "direct", "Hello");
      const { event, surface } = await hearMessage(1);
      const answer = await surface.create(content("Answer"));
      stage.takeBack(said);
      await vi.waitFor(() =>
        expect(reported.at(-1)?.event).toMatchObject({ kind: "deleted", messages: [event.message] }),
      );
      stage.remove(answer);
      await vi.waitFor(() => expect(reported.at(-1)?.event).toMatchObject({ kind: "deleted", messages: [answer] }));
      for (const one of reported.map((heard) => heard.event))
        if (one.kind === "deleted") expect(one.threads).toContain(event.place.thread);
    });

    test("the platform's failures are translated", async () => {
      for (const [index, { name: failure, provoke, code }] of stage.failures.entries()) {
        stage.say(stage.vias[0] ?? "direct", failure);
        const { surface } = await hearMessage(index + 1);
        const message = await surface.create(content("Before"));
        provoke();
        await expect(surface.edit(message, content("After")), failure).rejects.toMatchObject({ code });
      }
    });

    test("every command is drawn, and its arguments come back equal", async () => {
      for (const [index, spec] of commandSpecs.entries()) {
        const options = Object.fromEntries(
          spec.options.map(({ name: option, choices }) => [
            option,
            choices?.[1] ?? choices?.[0] ?? `You are a "${option}" & more`,
          ]),
        );
        stage.use(spec.name, options);
        const event = (await hear(index + 1))[index]?.event;
        if (spec.asks) expect(event).toMatchObject({ kind: "message", text: Object.values(options)[0] });
        else expect(event).toMatchObject({ kind: "command", name: spec.name, options } satisfies Partial<CommandEvent>);
      }
    });

    test("after the stop nothing is reported", async () => {
      await stage.adapter.stop();
      for (const via of stage.vias) stage.say(via, "too late");
      await stage.delivered();
      expect(heard).toEqual([]);
    });
  });
}

/** What may disarm a ping and is read by nobody. */
const invisible = /\p{Cf}/gu;

/** The ids under which a text was reported. */
function idsOf(heard: readonly Heard[], text: string): ReadonlySet<string> {
  return new Set(heard.flatMap(({ event }) => (event.kind === "message" && event.text === text ? [event.id] : [])));
}
