import type { Figures } from "./measure.ts";
import type { Platform } from "./stage.ts";

export type Yardstick = Pick<Figures, "firstTextMs" | "ageMs" | "finishMs" | "refused" | "cpuPer1000">;

/** Figures of another bot in the case of one reply of 300 tokens at 50/s, measured elsewhere: its times are comparable, its processor is not. */
export const yardsticks: Readonly<Record<Platform, Yardstick>> = {
  discord: { firstTextMs: 53, ageMs: 625, finishMs: 52, refused: 0, cpuPer1000: 320 },
  slack: { firstTextMs: 54, ageMs: 238, finishMs: 52, refused: 0, cpuPer1000: 370 },
};
