import type { Control } from "../port/index.ts";

/** Under an answer that was cut. */
export const goOnControl: Control = { command: "go-on", label: "Go on" };
