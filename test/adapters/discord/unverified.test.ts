import type { Message } from "discord.js";
import { expect, test } from "vitest";
import { toMessageEvent } from "../../../adapters/discord/inbound.ts";
import { refusalOf } from "../../../src/commands/authority.ts";
import { isAllowed, toAccessEntry } from "../../../src/limits/access.ts";

/** A mention in a server, as discord.js has it where neither the server's roles nor the member have come yet. */
function mention({ rolesKnown = false, member = true } = {}): Message {
  const client = { user: { id: "1", displayName: "Parley" }, channels: { cache: new Map() } };
  const everyone = { id: "10" };
  const guild = {
    id: "10",
    name: "Server",
    roles: { cache: new Map(rolesKnown ? [["10", everyone]] : []) },
    members: { me: null, cache: new Map() },
  };
  const roles = Object.assign([], { some: () => false, filter: () => [] });
  const channel = {
    id: "20",
    guildId: "10",
    guild,
    name: "general",
    type: 0,
    isDMBased: () => false,
    isThread: () => false,
    permissionsFor: () => ({ has: () => true }),
  };
  const who = { displayName: "Ann", roles: { cache: new Map([["10", everyone]]) } };
  return {
    id: "30",
    type: 0,
    content: "<@1> Hi",
    author: { id: "40", bot: false, displayName: "Ann" },
    member: member ? who : null,
    webhookId: null,
    mentions: { users: new Map([["1", {}]]), roles, repliedUser: null },
    attachments: Object.assign(new Map(), { map: () => [] }),
    embeds: [],
    reference: null,
    createdTimestamp: 0,
    client,
    guild,
    channel,
    channelId: "20",
  } as unknown as Message;
}

const heard = (how?: Parameters<typeof mention>[0]) => toMessageEvent(mention(how), "channel") ?? expect.unreachable();
const entry = (text: string) => toAccessEntry(text) ?? expect.unreachable();

test.each([{ rolesKnown: false }, { rolesKnown: true, member: false }])(
  "with %j nobody has rights, and is told why",
  (how) => {
    const { place } = heard(how);
    expect(place.authority).toEqual(["thread"]);
    expect(refusalOf(place, "channel", "change that")).toBe(
      "I could not ask Discord whether you may do that. Try again in a minute.",
    );
    expect(place.roles).toBeUndefined();
  },
);

test("who is denied by a role is not let in while nobody knows the roles, and who is allowed by one neither", () => {
  const [unknown, known] = [heard(), heard({ rolesKnown: true })];
  expect(isAllowed(unknown, { allow: [], deny: [entry("role:99")] })).toBe(false);
  expect(isAllowed(known, { allow: [], deny: [entry("role:99")] })).toBe(true);
  expect(isAllowed(unknown, { allow: [entry("role:10")], deny: [] })).toBe(false);
  expect(isAllowed(unknown, { allow: [], deny: [entry("user:7")] })).toBe(true);
  expect(known.place.authority).toEqual(["thread", "channel", "server"]);
});
