import type { Json } from "./records.ts";
import type { Parcel, Team, World } from "./world.ts";

export type Published = {
  /** The subscription it takes, such as `message.im`. */
  readonly name: string;
  readonly event: Json;
  readonly shared?: boolean;
  /** What `redeliver` knows it by: a message's ts. */
  readonly key?: string;
};

/** Delivers an event to the workspace's installation, if the app has subscribed to it and has the scope it takes. */
export function publish(world: World, team: Team, { name, event, shared = false, key }: Published): void {
  const { events, scopes } = world.settings;
  const scope = eventScopes[name];
  if (!team.installed || !events.includes(name) || (scope !== undefined && !scopes.includes(scope))) return;
  const eventId = world.id("Ev");
  const parcel: Parcel = {
    kind: "events_api",
    type: String(event["type"]),
    payload: wrap(world, team, { event, eventId, shared }),
    eventId,
    attempt: 0,
    acknowledged: () => {},
    timedOut: () => {},
  };
  if (key !== undefined) world.sent.set(key, [...(world.sent.get(key) ?? []), parcel]);
  world.parcels.send(parcel);
}

export function stamp(world: World): { readonly event_ts: string } {
  return { event_ts: world.ts() };
}

const eventScopes: Readonly<Record<string, string>> = {
  app_mention: "app_mentions:read",
  "message.channels": "channels:history",
  "message.groups": "groups:history",
  "message.im": "im:history",
  "message.mpim": "mpim:history",
};

function wrap(
  world: World,
  team: Team,
  { event, eventId, shared }: { readonly event: Json; readonly eventId: string; readonly shared: boolean },
): Json {
  return {
    token: "unused",
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: world.appId,
    event,
    type: "event_callback",
    event_id: eventId,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: team.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: shared,
    event_context: `4-${eventId}`,
  };
}
