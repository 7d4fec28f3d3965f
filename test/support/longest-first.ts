import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What runs for long and mostly waits goes first, so that no worker is left alone with it in the end. Within a kind, Vitest's own order. */
const slowFirst = [/\/torture\//, /\/process\//, /\/adapters\/discord\/rate-limits/, /\/adapters\//, /\/emulators\//];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ranked = (await super.sort(files)).map((file) => ({ file, rank: rankOf(file.moduleId) }));
    return ranked.sort((a, b) => a.rank - b.rank).map(({ file }) => file);
  }
}

function rankOf(path: string): number {
  const rank = slowFirst.findIndex((kind) => kind.test(path));
  return rank === -1 ? slowFirst.length : rank;
}
