import { type Call, channelOf, type Methods } from "./calls.ts";
import { createChannel, directChannel, membersOf } from "./channels.ts";
import { pageOf, within } from "./paging.ts";
import type { Json, MessageRecord } from "./records.ts";
import { insist, refuse } from "./refusals.ts";
import { repliesTo, topLevel } from "./standing.ts";
import { text, truth } from "./values.ts";
import { toWireMessage } from "./wire-message.ts";
import { toWireChannel } from "./wire-places.ts";

const groupNames = { channel: "channels", private: "groups", im: "im", mpim: "mpim" } as const;
const scopeFor = (right: "read" | "history") => (call: Call) => {
  const channel = call.world.channels.get(text(call.args["channel"]));
  const groups = channel === undefined ? Object.values(groupNames) : [groupNames[channel.kind]];
  return groups.map((group) => `${group}:${right}`);
};

export const conversationMethods: Methods = {
  "conversations.info": {
    scopes: scopeFor("read"),
    answer(call) {
      const channel = channelOf(call);
      insist(channel.kind !== "private" || channel.joined, "channel_not_found");
      return { channel: toWireChannel(call.world, channel) };
    },
  },
  "conversations.members": {
    scopes: scopeFor("read"),
    answer(call) {
      const { items, nextCursor } = pageOf(membersOf(call.world, channelOf(call)), call.args, 100);
      return { members: items, response_metadata: { next_cursor: nextCursor } };
    },
  },
  "conversations.replies": { scopes: scopeFor("history"), answer: replies },
  "conversations.history": { scopes: scopeFor("history"), answer: history },
  "conversations.open": {
    scopes: ({ args }) => (text(args["users"]).includes(",") ? ["mpim:write"] : ["im:write"]),
    answer: open,
  },
};

/** The root first, then the replies oldest first; a reply's own timestamp brings that reply alone. */
function replies(call: Call): Json {
  const { world, args } = call;
  const channel = channelOf(call);
  insist(channel.joined, "not_in_channel");
  const asked = world.messages.get(text(args["ts"]));
  if (asked === undefined || asked.channelId !== channel.id) return refuse("thread_not_found");
  const inside = repliesTo(world, channel.id, asked.ts);
  insist(!asked.deleted || inside.length > 0, "thread_not_found");
  return toPage(call, [asked, ...inside.filter(within(args))], 1000);
}

/** Newest first, as people scroll. */
function history(call: Call): Json {
  const channel = channelOf(call);
  insist(channel.joined, "not_in_channel");
  return toPage(call, topLevel(call.world, channel.id).filter(within(call.args)).toReversed(), 100);
}

function toPage({ world, args }: Call, messages: readonly MessageRecord[], defaultLimit: number): Json {
  const { items, nextCursor } = pageOf(messages, args, defaultLimit);
  const more = nextCursor === "" ? {} : { response_metadata: { next_cursor: nextCursor } };
  return { messages: items.map((message) => toWireMessage(world, message)), has_more: nextCursor !== "", ...more };
}

function open({ world, team, args }: Call): Json {
  const ids = text(args["users"]).split(",").filter(Boolean);
  if (ids.length === 0) return { channel: { id: channelOf({ world, team, args } as Call).id } };
  for (const id of ids) insist(world.users.has(id), "user_not_found");
  const [first = ""] = ids;
  const channel =
    ids.length === 1 ? directChannel(world, { userId: first, teamId: team.id }) : multiChannel(world, team.id, ids);
  return { channel: truth(args["return_im"]) ? toWireChannel(world, channel) : { id: channel.id } };
}

function multiChannel(world: Call["world"], teamId: string, userIds: readonly string[]) {
  const same = (ids: readonly string[]) => ids.length === userIds.length && userIds.every((id) => ids.includes(id));
  const known = [...world.channels.values()].find((channel) => channel.kind === "mpim" && same(channel.userIds));
  const state = { joined: true, archived: false, shared: false } as const;
  return known ?? createChannel(world, { name: "mpdm", kind: "mpim", teamId, userIds, ...state });
}
