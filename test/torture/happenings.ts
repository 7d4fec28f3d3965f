/** What the driver did, in order; a transcript shows it among what the bot did. */
export type Happening = { readonly at: number; readonly what: string };

export type Happenings = {
  note(what: string): void;
  all(): readonly Happening[];
};

export function createHappenings(echo: (line: string) => void): Happenings {
  const noted: Happening[] = [];
  return {
    note(what) {
      const at = performance.now();
      noted.push({ at, what });
      echo(`${(at / 1_000).toFixed(2)} s  ${what}`);
    },
    all: () => noted,
  };
}
