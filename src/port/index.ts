export * from "./adapter.ts";
export * from "./commands.ts";
export * from "./controls.ts";
export * from "./events.ts";
export * from "./ids.ts";
export * from "./platform-error.ts";
export * from "./surface.ts";
