import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { DailyLimits } from "../../src/limits/limits.ts";
import { createQuota, type QuotaParts } from "../../src/limits/quota.ts";
import { usageRecord } from "../../src/limits/usage.ts";
import { ModelError, type ModelEvent, type Usage } from "../../src/model/model-client.ts";
import { never } from "../../src/runtime/clock.ts";
import type { Conversation, RecordStore } from "../../src/store/conversation-store.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { ada, bob, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { runs } from "../support/fuzz.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { recordingLog } from "../support/recording-log.ts";
import { createScriptedModel } from "../support/scripted-model.ts";
import { openFolder } from "../support/spawn-parley.ts";

const empty: Conversation = { thread: placeOf().thread, joined: true, start: 0, next: 0, turns: [] };
const countTokens = (text: string) => Math.ceil(text.length / 4);

/** Records in memory that answer late, and say what was written. */
function slowRecords<T>() {
  const values = new Map<string, T>();
  const written: string[] = [];
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn++) await Promise.resolve();
  };
  const records: RecordStore<T> = {
    async get(key) {
      await turns(3);
      return values.get(key);
    },
    async set(key, value) {
      await turns(5);
      written.push(key);
      values.set(key, value);
    },
    async delete() {},
    async *entries() {},
  };
  return { records, values, written };
}

function open(limits: DailyLimits, rest: Partial<QuotaParts> = {}) {
  const { records, values, written } = slowRecords<never>();
  const clock = createManualClock();
  const model = createScriptedModel();
  const parts: QuotaParts = {
    usage: records,
    model,
    clock,
    log: recordingLog(),
    countTokens,
    settings: { windowTokens: 4_000, followThreads: true, earlierMessages: 50, longestAnswer: 100, limits },
    ...rest,
  };
  return { quota: createQuota(parts), clock, model, values, written };
}

type Opened = ReturnType<typeof open>;

/** Asks and reads the answer to its end; the admission's kind, or what went wrong. */
async function ask(
  { quota, model }: Opened,
  usage: Usage | "fails" = { input: 10, output: 10 },
  question = messageOf("Hi"),
) {
  const admission = await quota.admit(question, empty);
  if (admission.kind === "refused") return admission;
  model.script(
    usage === "fails" ? [{ fails: new ModelError("unavailable", "no") }] : ["Yes.", { ends: "whole", usage }],
  );
  try {
    await read(admission.model.stream({ messages: [] }, never));
  } catch {
    // told elsewhere
  }
  await admission.end();
  return admission;
}

async function read(events: AsyncIterable<ModelEvent>): Promise<void> {
  for await (const event of events) if (event.kind === "end") return;
}

const kinds = (admissions: readonly { readonly kind: string }[]) => admissions.map(({ kind }) => kind);

test("where nothing is limited nothing is stored, and the model is the model itself", async () => {
  const opened = open({});
  const admission = await opened.quota.admit(messageOf("Hi"), empty);
  expect(admission).toMatchObject({ kind: "granted", model: opened.model });
  await ask(opened);
  expect(opened.written).toEqual([]);
});

test("only what is limited is stored", async () => {
  const opened = open({ server: { requests: 5 } });
  await ask(opened);
  expect(opened.written).toEqual(["2026-01-15 server test:server"]);
  await ask(opened, undefined, messageOf("Hi", { place: directPlace() }));
  expect(opened.written).toHaveLength(1);
});

describe("a person's questions", () => {
  test("are answered up to the limit, and again on the next day", async () => {
    const opened = open({ user: { requests: 2 } });
    const first = [await ask(opened), await ask(opened), await ask(opened)];
    expect(kinds(first)).toEqual(["granted", "granted", "refused"]);
    expect(first[2]).toMatchObject({ scope: "user", resetsAt: Date.UTC(2026, 0, 16) });
    await opened.clock.pass(12 * 60 * 60_000 - 1);
    expect((await ask(opened)).kind).toBe("refused");
    await opened.clock.pass(1);
    expect((await ask(opened)).kind).toBe("granted");
  });

  test("are theirs: another person has a limit of their own, the server one for both", async () => {
    const opened = open({ user: { requests: 1 }, server: { requests: 2 } });
    const by = (author = ada) => ask(opened, undefined, messageOf("Hi", { author }));
    expect(kinds([await by(), await by(bob)])).toEqual(["granted", "granted"]);
    expect([await by(), await by({ ...bob, id: ada.id })]).toMatchObject([{ scope: "user" }, { scope: "user" }]);
    expect(await by({ id: "u-cy" as never, name: "Cy" })).toMatchObject({ kind: "refused", scope: "server" });
  });

  test("at once cannot both have the last one", async () => {
    const opened = open({ user: { requests: 1 } });
    const both = await Promise.all([ask(opened), ask(opened)]);
    expect(kinds(both).toSorted()).toEqual(["granted", "refused"]);
    expect(both.find(({ kind }) => kind === "refused")).toMatchObject({ limitHit: { kind: "reserved" } });
  });

  test("that the model failed to answer cost nothing", async () => {
    const opened = open({ user: { requests: 1, tokens: 500 } });
    await ask(opened, "fails");
    expect(opened.written).toEqual([]);
    expect((await ask(opened)).kind).toBe("granted");
  });

  test("that broke off, or whose server does not count, cost what was counted here", async () => {
    const opened = open({ user: { tokens: 10_000 } });
    const messages = [{ role: "user", content: "x".repeat(400) }] as const;
    const words = "y".repeat(40);
    opened.model.script(
      [words, { fails: new ModelError("broken", "no") }],
      [{ thinks: words }],
      [words, { ends: "whole", usage: { input: 0, output: 0 } }],
    );
    for (let time = 0; time < 3; time++) {
      const admission = await opened.quota.admit(messageOf("Hi"), empty);
      if (admission.kind === "refused") throw new Error("refused");
      await read(admission.model.stream({ messages }, never)).catch(() => undefined);
      await admission.end();
    }
    expect([...opened.values.values()]).toEqual([{ v: 1, requests: 3, input: 300, output: 30 }]);
  });

  test("asked of the model twice are one request and two answers' tokens", async () => {
    const opened = open({ user: { requests: 5 } });
    const admission = await opened.quota.admit(messageOf("Hi"), empty);
    if (admission.kind === "refused") throw new Error("refused");
    opened.model.script(
      [{ ends: "whole", usage: { input: 5, output: 1 } }],
      [{ ends: "whole", usage: { input: 7, output: 2 } }],
    );
    for (let time = 0; time < 2; time++) await read(admission.model.stream({ messages: [] }, never));
    await admission.end();
    expect([...opened.values.values()]).toEqual([{ v: 1, requests: 1, input: 12, output: 3 }]);
  });

  test("have the window and the files in view before they are asked", async () => {
    const opened = open({ user: { tokens: 2_000 } });
    const turn = { kind: "bot", messages: [], text: "", ending: "whole", at: 0, tokens: 1_700 } as const;
    expect(await opened.quota.admit(messageOf("Hi"), { ...empty, turns: [turn] })).toMatchObject({
      limitHit: { kind: "too-large", measure: "tokens" },
    });
    const file = { name: "a.txt", mediaType: "text/plain", bytes: 9e6, url: "" };
    const files = (mediaType: string) => messageOf("Hi", { attachments: [{ ...file, mediaType }] });
    expect((await opened.quota.admit(files("text/plain"), empty)).kind).toBe("refused");
    expect((await opened.quota.admit(files("image/png"), empty)).kind).toBe("granted");
  });
});

test("what was used is known after a restart, what was only kept is not", async () => {
  const url = `sqlite://${openFolder()}/parley.sqlite`;
  const start = async () => {
    const store = await openStore(url, recordingLog());
    onTestFinished(() => store.close().catch(() => undefined));
    return { store, opened: open({ user: { requests: 2 } }, { usage: store.records("usage", usageRecord) }) };
  };
  const first = await start();
  expect((await ask(first.opened)).kind).toBe("granted");
  await first.opened.quota.admit(messageOf("Never answered"), empty);
  await first.store.close();
  const second = await start();
  expect(kinds([await ask(second.opened), await ask(second.opened)])).toEqual(["granted", "refused"]);
});

test("a store that cannot be read lets nobody through, and is asked again the next time", async () => {
  let broken = true;
  const { records } = slowRecords<never>();
  const get = async (key: string) => (broken ? Promise.reject(new Error("disk")) : records.get(key));
  const opened = open({ user: { requests: 1 } }, { usage: { ...records, get } });
  await expect(ask(opened)).rejects.toThrow("disk");
  broken = false;
  expect((await ask(opened)).kind).toBe("granted");
});

test("a store that cannot be written costs no answer, and the count goes on in memory", async () => {
  const { records } = slowRecords<never>();
  const set = async () => Promise.reject(new Error("disk"));
  const opened = open({ user: { requests: 1 } }, { usage: { ...records, set } });
  expect(kinds([await ask(opened), await ask(opened)])).toEqual(["granted", "refused"]);
});

test("under any interleaving no limit is ever passed, and in the end nothing is kept", async () => {
  const step = fc.record({
    by: fc.constantFrom(ada, bob),
    usage: fc.oneof(fc.constant("fails" as const), fc.record({ input: fc.nat(300), output: fc.nat(100) })),
  });
  const limits = fc.record({ requests: fc.integer({ min: 1, max: 8 }), tokens: fc.integer({ min: 450, max: 3_000 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      limits,
      limits,
      fc.scheduler(),
      async (steps, user, server, s) => {
        const opened = open({ user, server });
        const real = new Map<string, { requests: number; tokens: number }>();
        const used = (key: string) => real.get(key) ?? { requests: 0, tokens: 0 };
        const one = async ({ by, usage }: (typeof steps)[number]) => {
          await s.schedule(Promise.resolve(), "asked");
          const admission = await opened.quota.admit(messageOf("Hi", { author: by }), empty);
          if (admission.kind === "refused") return;
          await s.schedule(Promise.resolve(), "begun");
          opened.model.script(
            usage === "fails" ? [{ fails: new ModelError("unavailable", "no") }] : [{ ends: "whole", usage }],
          );
          await read(admission.model.stream({ messages: [] }, never)).catch(() => undefined);
          if (usage !== "fails") {
            // A usage of noughts is counted here, as nothing: the prompt is empty.
            const tokens = usage.input > 0 ? usage.input + usage.output : 0;
            for (const key of ["server", by.id]) {
              real.set(key, { requests: used(key).requests + 1, tokens: used(key).tokens + tokens });
            }
          }
          await s.schedule(Promise.resolve(), "answered");
          await admission.end();
        };
        const all = Promise.all(steps.map(one));
        await s.waitFor(all);
        for (const [key, { requests, tokens }] of real) {
          const limit = key === "server" ? server : user;
          expect(requests).toBeLessThanOrEqual(limit.requests);
          expect(tokens).toBeLessThanOrEqual(limit.tokens);
        }
        const stored = opened.values.get("2026-01-15 server test:server") ?? { requests: 0 };
        expect(stored).toMatchObject({ requests: used("server").requests });
        // Nothing is kept any more: what is refused now is so for what was used.
        const after = await opened.quota.admit(messageOf("Hi"), empty);
        if (after.kind === "refused") expect(after.limitHit.kind).not.toBe("reserved");
      },
    ),
    runs(150, 52),
  );
});
