import fc from "fast-check";
import { vi } from "vitest";
import "../../src/model/openai/fetch-retry-after.ts"; // as in the bot's process, before Slack's SDK is
import { patienceMs } from "../emulators/until.ts";

// The same cases in every run: a red run is one that somebody can repeat.
fc.configureGlobal({ seed: 20_260_115 });

// One second, as Vitest has it, may pass without anything being wrong on a machine that has much else to do.
const { waitFor, waitUntil } = vi;
const patient = { timeout: patienceMs, interval: 10 };
vi.waitFor = (look, options) => waitFor(look, options ?? patient);
vi.waitUntil = (look, options) => waitUntil(look, options ?? patient);
