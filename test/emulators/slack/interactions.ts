import type { InteractionRecord, Json, Live } from "./records.ts";
import { Refusal } from "./refusals.ts";
import { createResponseUrl, respond } from "./response-urls.ts";
import { fields } from "./values.ts";
import type { Parcel, ResponseUrl, World } from "./world.ts";

export type Started = Pick<InteractionRecord, "kind" | "name" | "userId"> & {
  readonly teamId: string;
  readonly channelId?: string;
  readonly threadTs?: string;
  /** The message that was acted on. */
  readonly source?: string;
};

/** Begins an interaction: a trigger of three seconds and, in a channel, an address for answers. */
export function startInteraction(world: World, started: Started): Live<InteractionRecord> {
  const { teamId, threadTs, source, ...wanted } = started;
  const triggerId = `${world.id("").slice(1)}.${world.secret()}`;
  const record: Live<InteractionRecord> = { ...wanted, triggerId, at: world.now(), timedOut: false, responses: [] };
  world.triggers.set(triggerId, { teamId, userId: started.userId, at: record.at, used: false });
  if (started.channelId !== undefined) {
    const place = { teamId, channelId: started.channelId, userId: started.userId };
    const original = { ...(threadTs === undefined ? {} : { threadTs }), ...(source === undefined ? {} : { source }) };
    record.responseUrl = createResponseUrl(world, { interaction: record, ...place, ...original });
  }
  world.interactions.push(record);
  return record;
}

/** Hands an interaction to the bot and keeps what it acknowledges with. */
export function deliverInteraction(
  world: World,
  record: Live<InteractionRecord>,
  parcel: Pick<Parcel, "kind" | "type" | "payload"> & { readonly answered?: (response: Json) => void },
): void {
  const { answered, ...parts } = parcel;
  world.parcels.send({
    ...parts,
    attempt: 0,
    acknowledged(response) {
      record.ackedAt = world.now();
      record.response = response;
      try {
        answered?.(toAnswer(response));
      } catch (refused) {
        if (!(refused instanceof Refusal)) throw refused;
        world.problems.push(`${record.kind} ${record.name}: acknowledged with ${refused.code}`);
      }
    },
    timedOut() {
      record.timedOut = true;
      world.problems.push(`${record.kind} ${record.name} was not acknowledged in time`);
    },
  });
}

/** Shows a command's acknowledgement, where it carries something to show. */
export function showAcknowledgement(world: World, record: InteractionRecord, body: Json): void {
  const url: ResponseUrl | undefined = world.responseUrls.get(new URL(record.responseUrl ?? world.origin).pathname);
  if (url === undefined || (body["text"] === undefined && body["blocks"] === undefined)) return;
  respond(world, url, { body, via: "ack" });
}

/** Over HTTP an acknowledgement may be bare text. */
function toAnswer(response: unknown): Json {
  return typeof response === "string" ? { text: response } : fields(response);
}
