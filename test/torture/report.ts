import type { Judged, Violation } from "./check.ts";
import { countFates } from "./fates.ts";
import type { Place, Question } from "./side.ts";
import type { Stage } from "./stage.ts";

export type Result = {
  readonly seed: number;
  readonly killsByPhase: ReadonlyMap<string, number>;
  /** Answers that a person had to have tried again. */
  readonly givenUp: number;
  readonly judged: Judged;
  readonly accepted: ReadonlySet<Question>;
  readonly quiet: boolean;
};

/** The run in numbers. */
export function toCounts({ seed, killsByPhase, givenUp, judged, accepted, quiet }: Result, stage: Stage): string {
  const { questions, model, sides, misdeeds, deeds } = stage;
  const { fates, violations } = judged;
  const of = (kind: Violation["kind"]) => violations.filter((one) => one.kind === kind).length;
  const { counts, fateless } = countFates(accepted, fates);
  const others = questions.filter((one) => !accepted.has(one));
  const lostBefore = others.filter((one) => fates.get(one) === "none").length;
  const asked = questions.reduce((sum, { number }) => sum + model.attempts(number).length, 0);
  const problems = sides.flatMap((side) => side.problems);
  const lines: readonly (readonly [string, number | string])[] = [
    ["seed", seed],
    ...[...killsByPhase].map(([phase, count]) => [`kills ${phase}`, count] as const),
    ["questions", questions.length],
    ["accepted", accepted.size],
    ...counts.map(([name, count]) => [`  accepted: ${name}`, count] as const),
    ["  accepted: without a fate", fateless.length],
    ["not accepted", others.length],
    ["  not accepted: lost before", lostBefore],
    ["  not accepted: ended by people, or not judged", others.length - lostBefore],
    ...deedKinds.map((kind) => [`people: ${kind}`, deeds.filter((deed) => deed.kind === kind).length] as const),
    ["answers given up after crashes, then tried again (their questions are counted above)", givenUp],
    ["times the model was asked", asked],
    ["lost though accepted", of("lost")],
    ["cut without a cause", of("cut")],
    ["doubled", of("doubled")],
    ["words missing or in disorder", of("disordered")],
    ["foreign words in a thread", of("foreign")],
    ["cursors, buttons, streams, statuses left", of("left over")],
    ["threads out of order", of("out of order")],
    ["notices without a cause", of("notice")],
    ["prompts with what does not belong", of("prompt")],
    ["gone on with, or written again, after people ended it", of("went on")],
    ["misdeeds of the process", misdeeds.length],
    ["quiet in time", quiet ? "yes" : "no"],
    ["complaints of the emulators", problems.length],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

const deedKinds = ["stop", "reset", "removal", "retry"] as const;

/** What went wrong, each with all that happened in its thread. */
export function toTranscripts({ judged, accepted, quiet }: Result, stage: Stage): string {
  const { fateless } = countFates(accepted, judged.fates);
  const first = new Map<string, Violation[]>();
  for (const violation of judged.violations) {
    const name = placesOf(violation, stage)[0]?.name ?? violation.question?.thread.name ?? "";
    first.set(name, [...(first.get(name) ?? []), violation]);
  }
  const threads = [...first].map(([name, violations]) => {
    const heads = violations.map(({ kind, what, question }) => {
      const about =
        question === undefined ? "" : ` Q${question.number}${accepted.has(question) ? "" : " (not accepted)"}`;
      return `✗ ${kind}${about}: ${what}`;
    });
    const [violation] = violations;
    return [`== ${name}`, ...heads, ...(violation === undefined ? [] : transcript(violation, stage))].join("\n");
  });
  const process = stage.misdeeds.map((one) => `✗ process: ${one}`);
  const uncounted = fateless.map(({ number }) => `✗ Q${number} was accepted and has no fate`);
  return [...process, ...uncounted, ...(quiet ? [] : [restless(stage)]), ...threads].join("\n\n");
}

/** What the bot still does, where it should have come to rest. */
function restless({ sides, model }: Stage): string {
  const last = sides.flatMap(({ platform, requests }) =>
    requests.slice(-8).map(({ at, method, path = "" }) => `${(at / 1_000).toFixed(3)}  ${platform} ${method} ${path}`),
  );
  return [
    `✗ not quiet in time; ${model.open().length} answers of the model are open, and these were the last requests:`,
    ...last,
  ].join("\n");
}

type Line = { readonly at: number; readonly what: string };

function placesOf({ place, question }: Violation, { sides }: Stage): readonly Place[] {
  if (place !== undefined) return [place];
  if (question === undefined) return [];
  return sides.flatMap((side) => side.places()).filter((one) => one.isConversation && one.mayHold(question));
}

/** The thread's questions, what the model was asked, each state of each message, and the driver's deeds among them. */
function transcript(violation: Violation, stage: Stage): readonly string[] {
  const places = placesOf(violation, stage);
  const questions = stage.questions.filter((one) => places.some((place) => place.isConversation && place.mayHold(one)));
  const about = questions.length > 0 ? questions : violation.question === undefined ? [] : [violation.question];
  const lines: Line[] = [
    ...about.flatMap(({ number, sentAt }) => sentAt.map((at) => ({ at, what: `→ Q${number} is sent` }))),
    ...about.flatMap(({ number }) =>
      stage.model.attempts(number).map(({ at, name, length, fault, request }) => ({
        at,
        what: `  model asked for Q${number}, try ${name}: ${length} words${fault === undefined ? "" : `, ${fault}`}; ${request.aborted ? "the bot hung up" : "sent"}`,
      })),
    ),
    ...places.flatMap(({ written }) =>
      written.flatMap(({ id, states, deletedAt }) => [
        ...states.map(({ at, text }) => ({ at, what: `  ${id}: ${shorten(text)}` })),
        ...(deletedAt === undefined ? [] : [{ at: deletedAt, what: `  ${id} is deleted` }]),
      ]),
    ),
  ];
  const from = Math.min(...lines.map(({ at }) => at)) - 500;
  const to = Math.max(...lines.map(({ at }) => at)) + 5_000;
  const own = new Set(about.map(({ number }) => `Q${number}`));
  const isOwn = (what: string) => {
    const [, name = "", does] = /^(Q\d+) (\w+)/.exec(what) ?? [];
    return does === undefined || (does === "is" && own.has(name));
  };
  const deeds = stage.happenings.all().filter(({ at, what }) => at > from && at < to && isOwn(what));
  return [...lines, ...deeds.map(({ at, what }) => ({ at, what: `* ${what}` }))]
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, what }) => `${(at / 1_000).toFixed(3).padStart(9)}  ${what}`);
}

const shorten = (text: string): string => {
  const line = text.replace(/\s+/g, " ");
  return line.length <= 110 ? line : `${line.slice(0, 50)} … ${line.slice(-55)}`;
};
