import type { ChannelRecord, Json, UserRecord } from "./records.ts";
import type { World } from "./world.ts";

/** What all interactions say of who, where and which app. */
export function toContext(world: World, user: UserRecord, teamId: string): Json {
  const { id = teamId, domain = "" } = world.teams.get(teamId) ?? {};
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    team: { id, domain },
    enterprise: null,
    is_enterprise_install: false,
    api_app_id: world.appId,
    token: "unused",
  };
}

export function toPlace({ id, name, kind }: ChannelRecord): Json {
  return { id, name: shownName({ name, kind }) };
}

/** What payloads call a place that has no name. */
export function shownName({ name, kind }: Pick<ChannelRecord, "name" | "kind">): string {
  return kind === "im" ? "directmessage" : kind === "private" ? "privategroup" : name;
}
