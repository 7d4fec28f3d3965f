import type { MessageEvent, Recalled } from "../../src/port/index.ts";
import { toPlatformError } from "./errors.ts";
import type { Listening } from "./listening.ts";
import type { Target } from "./target.ts";
import type { Authorization } from "./workspaces.ts";

/** Where a question can be found again after a restart: everything that a `Target` is made of. */
export function originOf({ workspace, channel, root, question, person }: Omit<Target, "place" | "whisper">): string {
  return [workspace.team, channel, root, question, person.id, person.team ?? ""].join(" ");
}

/** The way back to a question from before a restart; undefined where the bot is in that workspace no more. */
export async function recall(
  { origin = "", place, asked }: Pick<MessageEvent, "origin" | "place" | "asked">,
  listening: Listening,
  authorizationOf: (team: string) => Promise<Authorization | undefined>,
): Promise<Recalled | undefined> {
  const [team = "", channel, root, question, user, personTeam = ""] = origin.split(" ");
  if (channel === undefined || root === undefined || question === undefined || user === undefined) return undefined;
  const authorization = await authorizationOf(team);
  if (authorization === undefined) return undefined;
  const workspace = listening.workspaceBy(authorization);
  const person = await workspace.people.needed(user);
  const target: Target = {
    workspace,
    place,
    channel,
    root,
    question,
    begun: true,
    person: personTeam === "" ? person : { ...person, team: personTeam },
  };
  const withdrawn = asked === undefined && (await isDeleted(target));
  return { surface: listening.surfaceAt(target), withdrawn };
}

/** Where Slack does not let it be looked at, it is taken to stand. */
async function isDeleted({ workspace, channel, root, question }: Target): Promise<boolean> {
  try {
    const span = { oldest: question, latest: question, inclusive: true, limit: 2 };
    const { messages = [] } = await workspace.hasty.conversations.replies({ channel, ts: root, ...span });
    const standing = messages as readonly { readonly ts?: string; readonly subtype?: string }[];
    return !standing.some(({ ts, subtype }) => ts === question && subtype !== "tombstone");
  } catch (error) {
    return toPlatformError(error).code === "gone";
  }
}
