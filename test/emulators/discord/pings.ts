import type { Pings } from "./records.ts";

/** What `allowed_mentions` permits. */
export type Allowance = {
  readonly parse: readonly string[];
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly repliedUser: boolean;
};

export const everythingAllowed: Allowance = {
  parse: ["users", "roles", "everyone"],
  users: [],
  roles: [],
  repliedUser: true,
};

/** Interactions and webhooks ping people only, unless told otherwise. */
export const usersAllowed: Allowance = { ...everythingAllowed, parse: ["users"] };

/** Reads `allowed_mentions`; a request without one gets the defaults — an edit too. */
export function toAllowance(allowed: unknown, defaults: Allowance): Allowance {
  if (typeof allowed !== "object" || allowed === null) return defaults;
  const { parse, users, roles, replied_user } = allowed as Record<string, unknown>;
  return { parse: toIds(parse), users: toIds(users), roles: toIds(roles), repliedUser: replied_user === true };
}

/** Who a text notifies. Pure: the replied-to person is passed where the message is a reply. */
export function findPings(content: string, allowance: Allowance, repliedTo?: string): Pings {
  const users = idsIn(content, /<@!?(\d+)>/g).filter(
    (id) => allowance.parse.includes("users") || allowance.users.includes(id),
  );
  const roles = idsIn(content, /<@&(\d+)>/g).filter(
    (id) => allowance.parse.includes("roles") || allowance.roles.includes(id),
  );
  if (repliedTo !== undefined && allowance.repliedUser) users.push(repliedTo);
  return {
    users: [...new Set(users)],
    roles: [...new Set(roles)],
    everyone: allowance.parse.includes("everyone") && /@(everyone|here)/.test(content),
  };
}

function idsIn(content: string, pattern: RegExp): string[] {
  return [...content.matchAll(pattern)].flatMap((match) => match[1] ?? []);
}

function toIds(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
