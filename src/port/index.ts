// The port is all that the core and a platform know of each other: events that come in, and surfaces, places to write a reply, that go with
// them.
// An adapter (Discord, Slack, the terminal) translates its platform into these types, and imports nothing of the core but this file.
// So a third platform is one more folder under adapters/, and the core is tested without any.

export { sentences } from "../sentences/sentences.ts";
export * from "./adapter.ts";
export * from "./choices.ts";
export * from "./clock.ts";
export * from "./commands.ts";
export * from "./controls.ts";
export * from "./drop-oldest.ts";
export * from "./events.ts";
export * from "./file-note.ts";
export * from "./http.ts";
export * from "./ids.ts";
export * from "./platform-error.ts";
export * from "./queues.ts";
export * from "./quoting.ts";
export * from "./rate-limit.ts";
export * from "./read-text.ts";
export * from "./surface.ts";
export * from "./unaddressed.ts";
