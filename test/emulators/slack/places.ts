import { createChannel, directChannel } from "./channels.ts";
import type { ChannelRecord, TeamRecord, UserRecord } from "./records.ts";
import type { Team, World } from "./world.ts";

export type TeamWish = { readonly name?: string; readonly domain?: string; readonly installed?: boolean };
export type ChannelWish = {
  readonly name?: string;
  readonly kind?: "channel" | "private" | "mpim";
  readonly joined?: boolean;
  readonly archived?: boolean;
  readonly shared?: boolean;
  readonly creator?: { readonly id: string };
  readonly team?: { readonly id: string };
};
export type UserWish = {
  readonly displayName?: string;
  readonly realName?: string;
  readonly bot?: boolean;
  readonly admin?: boolean;
  readonly owner?: boolean;
  readonly guest?: boolean;
  readonly team?: { readonly id: string };
};
export type AddedTeam = TeamRecord & {
  readonly botToken: string;
  readonly botUserId: string;
  readonly channel: ChannelRecord;
};

/** A workspace with a bot user for the app; its token works once the app is installed. */
export function createTeam(world: World, wish: TeamWish = {}): Team {
  const count = world.teams.size + 1;
  const { name = `Test team ${count}`, domain = `test-${count}`, installed = false } = wish;
  const id = world.id("T");
  const botId = world.id("B");
  const bot = addUser(world, "parley", { bot: true, team: { id } }, botId);
  const botToken = `xoxb-${bot.id}-${world.secret()}`;
  const team = { id, name, domain, botId, botUserId: bot.id, botToken, installed };
  world.teams.set(id, team);
  if (installed) world.tokens.set(botToken, { kind: "bot", teamId: id });
  return team;
}

export function addTeam(world: World, wish: TeamWish = {}): AddedTeam {
  const { id, name, domain, botToken, botUserId } = createTeam(world, wish);
  const channel = addChannel(world, { name: "general", team: { id } });
  return { id, name, domain, botToken, botUserId, channel };
}

/** Everybody of the workspace is in the channel; in an mpim, those who were there when it was made. */
export function addChannel(world: World, wish: ChannelWish = {}): ChannelRecord {
  const { name = `channel-${world.channels.size + 1}`, kind = "channel", joined = true } = wish;
  const { archived = false, shared = false, team = homeTeam(world) } = wish;
  const people = [...world.users.values()].filter((user) => user.teamId === team.id && !user.bot);
  const userIds = kind === "mpim" ? people.map((user) => user.id) : [];
  const made = wish.creator === undefined ? {} : { creatorId: wish.creator.id };
  return createChannel(world, { name, kind, joined, archived, shared, teamId: team.id, userIds, ...made });
}

export function addUser(world: World, name: string, wish: UserWish = {}, botId = world.id("B")): UserRecord {
  const { displayName = name, realName = displayName, bot = false, admin = false, owner = false, guest = false } = wish;
  const teamId = wish.team?.id ?? homeTeam(world).id;
  const marks = { bot, admin: admin || owner, owner, guest, ...(bot ? { botId } : {}) };
  const user = { id: world.id("U"), teamId, name, displayName, realName, ...marks };
  world.users.set(user.id, user);
  return user;
}

export function direct(world: World, userId: string): ChannelRecord {
  const user = world.users.get(userId);
  if (user === undefined) throw new Error(`no user ${userId}`);
  return directChannel(world, { userId, teamId: user.teamId });
}

/** The workspace the emulator starts with. */
export function homeTeam(world: World): Team {
  const [team] = world.teams.values();
  if (team === undefined) throw new Error("no workspace yet");
  return team;
}
