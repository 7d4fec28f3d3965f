/** Ids as Slack's: a letter for the kind, then ten letters and digits; no two alike. */
export function createIds(): (letter: string) => string {
  let count = Math.floor(Math.random() * 1000);
  return (letter) => {
    count += 1;
    return `${letter}0${(count * 7919 + 36 ** 7).toString(36).toUpperCase().padStart(9, "0")}`;
  };
}

/** Message timestamps: seconds and six digits, later ones greater as strings too. */
export function createClock(): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Date.now() * 1000);
    return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, "0")}`;
  };
}
