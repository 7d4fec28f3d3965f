import type { MessageEvent, Recalled } from "../../../src/port/index.ts";
import { toPlatformError } from "../workspace/errors.ts";
import type { ReplyTarget } from "../workspace/reply-target.ts";
import type { Authorization } from "../workspace/workspaces.ts";
import type { ListenerContext } from "./listener-context.ts";

/** Where a question can be found again after a restart: everything that a `Target` is made of. */
export function originOf({
  workspace,
  channel,
  root,
  question,
  person,
}: Omit<ReplyTarget, "place" | "respondPrivately">): string {
  return [workspace.team, channel, root, question, person.id, person.team ?? ""].join(" ");
}

/** The way back to a question from before a restart; undefined where the bot is in that workspace no more. */
export async function recall(
  { recallKey = "", place, viaCommand }: Pick<MessageEvent, "recallKey" | "place" | "viaCommand">,
  listening: ListenerContext,
  authorizationOf: (team: string) => Promise<Authorization | undefined>,
): Promise<Recalled | undefined> {
  const [team = "", channel, root, question, user, personTeam = ""] = recallKey.split(" ");
  if (channel === undefined || root === undefined || question === undefined || user === undefined) return undefined;
  const authorization = await authorizationOf(team);
  if (authorization === undefined) return undefined;
  const workspace = listening.workspaceBy(authorization);
  const person = await workspace.people.needed(user);
  const target: ReplyTarget = {
    workspace,
    place,
    channel,
    root,
    question,
    begun: true,
    person: personTeam === "" ? person : { ...person, team: personTeam },
  };
  const { isDeleted, before } = await look(target);
  return { surface: listening.surfaceAt({ ...target, before }), withdrawn: viaCommand === undefined && isDeleted };
}

type Looked = { readonly isDeleted: boolean; readonly before: ReadonlySet<string> };

/** What stands from the question on. Where Slack does not let it be looked at, the question is taken to stand. */
async function look({ workspace, channel, root, question }: ReplyTarget): Promise<Looked> {
  try {
    const span = { oldest: question, inclusive: true, limit: 200 };
    const { messages = [] } = await workspace.failFast.conversations.replies({ channel, ts: root, ...span });
    const standing = messages as readonly { readonly ts?: string; readonly user?: string; readonly subtype?: string }[];
    const own = standing.flatMap(({ ts, user }) => (user === workspace.botUserId && ts !== undefined ? [ts] : []));
    const isThere = standing.some(({ ts, subtype }) => ts === question && subtype !== "tombstone");
    return { isDeleted: !isThere, before: new Set(own) };
  } catch (error) {
    return { isDeleted: toPlatformError(error).code === "gone", before: new Set() };
  }
}
