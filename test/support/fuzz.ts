/** Properties run this many times more cases: `FUZZ_RUNS=100 npx vitest run test/markdown`. `FUZZ_SEED` gives them other ones. */
const factor = Number(process.env["FUZZ_RUNS"] ?? 1);
const seed = process.env["FUZZ_SEED"];

/** How often a property is tried, and from which seed. */
export const runs = (numRuns: number, usualSeed: number) => ({
  numRuns: Math.ceil(numRuns * factor),
  seed: seed === undefined ? usualSeed : Number(seed) + usualSeed,
});
