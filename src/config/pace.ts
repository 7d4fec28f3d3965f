/** How it ends, and how fast the demo speaks. No settings: what an admin would turn is decided here, and tests are in a hurry. */
export type Pace = {
  /** How long replies that are being written may take to be finished at the end: Docker ends a container after ten seconds. */
  readonly finishMs: number;
  /** The same, with what was broken off being told and stored. */
  readonly graceMs: number;
  /** How long the platforms may take to say goodbye. From a frozen gateway it never comes, and discord.js waits for it. */
  readonly goodbyeMs: number;
  readonly tokensPerSecond: number;
};
