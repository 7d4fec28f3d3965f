const units = [
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** A time for people to read, in its two largest units: “12 s”, “2 min 5 s”, “3 h 20 min”. Never too short. */
export function duration(ms: number): string {
  const [largest] = units.find(([, seconds]) => ms >= seconds * 1_000) ?? units[2];
  const finest = largest === "h" ? 60 : 1;
  let left = Math.ceil(ms / 1_000 / finest) * finest;
  const parts = units.map(([unit, seconds]) => {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    return count > 0 ? `${count} ${unit}` : "";
  });
  return parts.filter((part) => part !== "").join(" ") || "0 s";
}
