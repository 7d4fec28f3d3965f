import { type DeletedEvent, type EditedEvent, eventId, messageId } from "../../../src/port/index.ts";
import {
  type Attached,
  isPreview,
  type MessageContext,
  rootOf,
  type SlackMessage,
  toEventId,
  toMessageEvent,
  toThreadId,
} from "../workspace/inbound.ts";

/** What Slack reports of a message that stands already. https://docs.slack.dev/reference/events/message/message_changed */
export type Report = SlackMessage & {
  readonly event_ts?: string;
  readonly message?: Omit<SlackMessage, "channel">;
  readonly previous_message?: Omit<SlackMessage, "channel">;
  readonly deleted_ts?: string;
};

export type Change =
  | { readonly kind: "none" }
  /** `message` as it reads now. */
  | { readonly kind: "edited"; readonly message: SlackMessage }
  | { readonly kind: "deleted"; readonly message: Pick<SlackMessage, "ts" | "channel" | "thread_ts"> };

/** Undefined for what is no report of a change; `none` for previews and counts, which Slack reports as changes too. */
export function changeIn(report: Report): Change | undefined {
  const { subtype, channel, previous_message: before, message, deleted_ts: ts } = report;
  if (subtype === "message_deleted")
    return ts === undefined ? none : { kind: "deleted", message: { ...placeOf(before), ts, channel } };
  // The root of a thread leaves a stone in its place.
  if (subtype === "message_changed" && message?.subtype === "tombstone")
    return { kind: "deleted", message: { ts: message.ts, channel } };
  if (subtype === "message_changed")
    return message === undefined || says(message) === says(before)
      ? none
      : { kind: "edited", message: { ...message, channel } };
  // A mention is reported anew with each edit.
  return report.edited === undefined ? undefined : { kind: "edited", message: report };
}

const none: Change = { kind: "none" };

const placeOf = (before: Report["message"]) => (before?.thread_ts === undefined ? {} : { thread_ts: before.thread_ts });

/** What a person has said of a message: all but what Slack adds to it. */
function says({ text, files = [], attachments = [] }: Partial<SlackMessage> = {}): string {
  const shared = attachments.filter((one: Attached) => !isPreview(one));
  return JSON.stringify([text, files.map(({ id, mode }) => [id, mode]), shared.map((one) => [one.text, one.title])]);
}

/** Told in seconds, the time of an edit does not tell two of them apart; the time of its report does. */
export function toEditedEvent(message: SlackMessage, setting: MessageContext, reportedAt: string): EditedEvent {
  const event = toMessageEvent(message, setting);
  return { ...event, kind: "edited", id: eventId(`${event.id}:edited:${reportedAt}`), of: event.id };
}

export function toDeletedEvent(
  message: Pick<SlackMessage, "ts" | "channel" | "thread_ts">,
  team: string,
): DeletedEvent {
  const { ts, channel } = message;
  return {
    kind: "deleted",
    id: eventId(`${toEventId(team, channel, ts)}:deleted`),
    messages: [messageId(ts)],
    threads: [toThreadId(team, channel, rootOf(message))],
  };
}
