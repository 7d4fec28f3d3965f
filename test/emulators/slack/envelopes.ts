import type { DeliveryRecord, Live } from "./records.ts";
import type { Parcel, World } from "./world.ts";

/** How often an event is sent again before Slack gives it up. */
export const maxRetries = 3;

/** Notes that a parcel leaves; the transport completes the record. */
export function recordDelivery(world: World, { type, eventId, attempt }: Parcel): Live<DeliveryRecord> {
  const delivery = { type, attempt, at: world.now(), ...(eventId === undefined ? {} : { eventId }) };
  world.deliveries.push(delivery);
  world.changes.send();
  return delivery;
}

export function acknowledge(
  world: World,
  { parcel, delivery }: { readonly parcel: Parcel; readonly delivery: Live<DeliveryRecord> },
  response: unknown,
): void {
  delivery.ackedAt = world.now();
  delivery.response = response;
  parcel.acknowledged(response);
  world.changes.send();
}

/** Sends an event again after a pause, up to three times. People's commands are never sent twice. */
export function retry(world: World, parcel: Parcel, reason: string): void {
  if (parcel.kind !== "events_api") {
    parcel.timedOut();
    return;
  }
  if (parcel.attempt >= maxRetries) return;
  const again = { ...parcel, attempt: parcel.attempt + 1, reason };
  world.timers.later(world.settings.retryPauseMs, () => world.parcels.send(again));
}
