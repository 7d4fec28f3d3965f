import type { types } from "@slack/bolt";
import {
  type Control,
  type Extra,
  type Place,
  PlatformError,
  type PlatformErrorCode,
  type ReplySurface,
} from "../../../src/port/index.ts";
import { translated } from "../workspace/errors.ts";
import { limitsFor, payload } from "../workspace/format.ts";
import type { Workspace } from "../workspace/workspaces.ts";
import { sendFiles } from "../writing/private-files.ts";

/** Posts to the interaction's own address: five times within half an hour. */
export type Respond = (answer: {
  readonly response_type: "ephemeral";
  readonly replace_original: boolean;
  readonly thread_ts?: string;
  readonly text: string;
  readonly blocks: types.AnyBlock[];
}) => Promise<unknown>;

export type Interaction = {
  readonly workspace: Workspace;
  readonly place: Place;
  readonly channel: string;
  readonly user: string;
  /** A thread that has replies: Slack shows a whisper in no other. https://docs.slack.dev/reference/methods/chat.postEphemeral */
  readonly thread?: string | undefined;
  readonly respond: Respond;
};

/** The answer to a slash command or a form. It works in channels where the bot is no member. */
export function createInteractionSurface(interaction: Interaction): ReplySurface {
  const { workspace, place, channel, user, thread } = interaction;
  const inThread = thread === undefined ? {} : { thread_ts: thread };

  /** To the person alone: a command's words are not visible, and its answer without them would puzzle everybody else. */
  async function answer(markdown: string, { controls = [], files = [] }: Extra = {}): Promise<void> {
    const words = files.length === 0 ? markdown : await sendFiles({ markdown, files }, { workspace, user });
    try {
      await interaction.respond({ ...toAnswer(words, place, controls), ...inThread });
    } catch (error) {
      // After a lost answer nobody knows whether it was said; said twice it would be worse.
      if (!(error instanceof PlatformError && error.code === "gone")) throw error;
      const content = { ...payload({ markdown: words, controls }, place), ...inThread };
      await workspace.failFast.chat.postEphemeral({ channel, user, ...content });
    }
  }

  const noReply = () => Promise.reject(new PlatformError("unsupported", "a slash command has no reply that grows"));

  return {
    limits: limitsFor(workspace.team, channel),
    expectsResponse: true,
    startTyping: async () => 60_000, // Slack shows nothing, and takes its time to show the answer
    create: noReply,
    edit: noReply,
    remove: noReply,
    adopt: () => undefined,
    respond: (markdown, extra) => translated(() => answer(markdown, extra)),
    respondPrivately: (markdown, extra) => translated(() => answer(markdown, extra)),
    read: async () => undefined,
    history: async () => ({ messages: [], complete: true }),
  };
}

export function toAnswer(markdown: string, place: Place, controls: readonly Control[] = []): Parameters<Respond>[0] {
  return { response_type: "ephemeral", replace_original: false, ...payload({ markdown, controls }, place) };
}

/** Bolt has a `respond` as well, which may wait for ever, and posts to whatever address it is given. */
export function respondAt(url: string, apiUrl: string): Respond {
  return async (answer) => {
    if (!isSlacks(url, apiUrl)) throw new PlatformError("gone", "the interaction's address is not Slack's");
    const headers = { "content-type": "application/json" };
    const signal = AbortSignal.timeout(10_000);
    // A redirect could lead anywhere, and this is for one person alone.
    const request: RequestInit = { method: "POST", redirect: "error", headers, body: JSON.stringify(answer), signal };
    const { ok, status } = await fetch(url, request);
    if (!ok) throw new PlatformError("gone", `the interaction's address has served its time: Slack answered ${status}`);
  };
}

const hooks: readonly string[] = ["https://hooks.slack.com", "https://hooks.slack-gov.com"];

const isSlacks = (url: string, apiUrl: string): boolean =>
  URL.canParse(url) && [...hooks, new URL(apiUrl).origin].includes(new URL(url).origin);

/** A surface that says to the person alone what the bot may not say in the channel. */
export function orWhispering(surface: ReplySurface): ReplySurface {
  const { respond, respondPrivately = respond } = surface;
  return {
    ...surface,
    respond: (markdown, extra) =>
      respond(markdown, extra).catch((error: unknown) => {
        if (error instanceof PlatformError && unwelcome.includes(error.code)) return respondPrivately(markdown, extra);
        throw error;
      }),
  };
}

const unwelcome: readonly PlatformErrorCode[] = ["absent", "forbidden", "closed", "gone"];

/** A surface whose short answers nobody needs: Slack showed already what was done. */
export function silent(surface: ReplySurface): ReplySurface {
  const nothing = async () => undefined;
  return { ...surface, respond: nothing, respondPrivately: nothing };
}
