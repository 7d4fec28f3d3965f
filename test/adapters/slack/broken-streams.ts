import { stoppedAside, withAside } from "../../../src/reply/notices.ts";
import type { Failure } from "../../emulators/slack/failures.ts";
import type { MessageRecord } from "../../emulators/slack/records.ts";

// What can go wrong with a stream, and what shall stand in the thread all the same.

export const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(" ");
export const stopNotice = stoppedAside("person", false, true) ?? "";

export const isDone = (message: MessageRecord) =>
  !message.streaming && !message.text.includes("▌") && message.buttons.every(({ actionId }) => actionId !== "stop");

export const text = words(40);
export const isText = (found: string) => found === text;
/** What was shown when the person stopped it, with the notice; or all of it, where the stop came too late. */
export const isStopped = (found: string) => {
  const [above = ""] = found.split(`\n\n${withAside("", stopNotice)}`);
  return isText(found) || (found.includes(stopNotice) && text.startsWith(above) && above !== "");
};

export const errors = {
  feature_not_enabled: { error: "feature_not_enabled" },
  unknown_method: { error: "unknown_method" },
  missing_recipient_team_id: { error: "missing_recipient_team_id" },
  missing_recipient_user_id: { error: "missing_recipient_user_id" },
  channel_type_not_supported: { error: "channel_type_not_supported" },
  message_not_in_streaming_state: { error: "message_not_in_streaming_state" },
  stopped_by_user: { error: "stopped_by_user" },
  msg_too_long: { error: "msg_too_long" },
  streaming_state_conflict: { error: "streaming_state_conflict" },
  internal_error: { error: "internal_error" },
  "HTTP 500": { status: 500 },
  "429": { retryAfter: 1 },
  "a connection dropped before it was carried out": { drop: true },
  "a connection lost after it was carried out": { lose: true },
} as const satisfies Record<string, Partial<Failure>>;
export type Name = keyof typeof errors;

/** The call that fails: which method, and which of its calls. */
export const steps = {
  start: ["chat.startStream", 1],
  "first append": ["chat.appendStream", 1],
  "later append": ["chat.appendStream", 2],
  stop: ["chat.stopStream", 1],
} as const;
type Step = keyof typeof steps;

const onlyAtStart: readonly Name[] = [
  "missing_recipient_team_id",
  "missing_recipient_user_id",
  "channel_type_not_supported",
];
const neverAtStart: readonly Name[] = ["message_not_in_streaming_state", "stopped_by_user"];

export const table = (Object.keys(steps) as Step[]).flatMap((step) =>
  (Object.keys(errors) as Name[])
    .filter((name) => !(step === "start" ? neverAtStart : onlyAtStart).includes(name))
    .map((name) => [step, name] as const),
);

/** Fails one call of a method: the first, the second... */
export function nth(method: string, call: number, error: Partial<Failure>): Failure {
  let calls = 0;
  return { method, ...error, when: () => ++calls === call };
}
