import { webApi } from "@slack/bolt";
import { onTestFinished } from "vitest";
import { createWorkspaces } from "../../adapters/slack/workspace/workspaces.ts";
import { createMessageSurface } from "../../adapters/slack/writing/surface.ts";
import { type Author, channelId, type Place, threadId } from "../../src/port/index.ts";
import type { ChannelRecord, MessageRecord } from "../emulators/slack/records.ts";
import { type Slack, type SlackOptions, startSlack } from "../emulators/slack/slack-emulator.ts";
import { ada, commandOf, messageOf, placeOf } from "./build-event.ts";
import { openBot } from "./open-bot.ts";

export type SlackInProcess = {
  readonly slack: Slack;
  readonly model: Awaited<ReturnType<typeof openBot>>["model"];
  readonly clock: Awaited<ReturnType<typeof openBot>>["clock"];
  /** Somebody asks, always the same one if not said otherwise, and is answered in the thread below. */
  ask(channel?: ChannelRecord, author?: Author): Asked;
  /** Lets time go by until this is so, ten minutes at the most. */
  passUntil(isSo: () => boolean): Promise<void>;
  leave(): Promise<void>;
};

export type Asked = { readonly channel: ChannelRecord; readonly root: MessageRecord };

/** The core and the real surface on a Slack without a wire, by a clock that is moved by hand. */
export async function openInProcess(options: SlackOptions = {}): Promise<SlackInProcess> {
  const bot = await openBot({ settings: { waiting: { thinkingMs: 1e9, silentMs: 1e9, renewMs: 1e9 } } });
  const { clock, log } = bot;
  const slack = await startSlack({ clock, ...options });
  onTestFinished(slack.stop);
  const { team, botToken: token, botUserId, botId, someone } = slack;
  const workspace = {
    ...createWorkspaces({ apiUrl: slack.apiUrl, log, clock }).of({ team: team.id, token, botUserId, botId }),
    failFast: new WirelessClient(slack, 0),
    retrying: new WirelessClient(slack, 2),
  };
  let left: Promise<void> | undefined;
  const leave = () => (left ??= bot.close());
  onTestFinished(leave);

  return {
    slack,
    model: bot.model,
    clock,
    leave,
    ask(channel = slack.channel, author = ada) {
      const direct = channel.kind === "im";
      const root = slack.say({ in: channel, text: "Tell me", silent: true });
      const place: Place = placeOf({
        kind: direct ? "direct" : "new-thread",
        thread: threadId(`slack:${root.ts}`),
        channel: channelId(`slack:${channel.id}`),
      });
      const person = { id: someone.id, name: "Sam", isAdmin: false, isStranger: false, team: team.id };
      const surface = createMessageSurface(
        { workspace, place, channel: channel.id, root: root.ts, question: root.ts, person },
        {
          log,
          files: { origins: new Set() },
          stopped: () => void bot.receive(commandOf("stop", { place, button: "stop" }), surface),
        },
      );
      void bot.receive(messageOf("Tell me", { place, author }), surface);
      return { channel, root };
    },
    async passUntil(isSo) {
      for (let seconds = 0; !isSo(); seconds += 1) {
        if (seconds > 600) throw new Error("not within ten minutes");
        await clock.pass(1_000);
      }
    },
  };
}

/** Slack's client without HTTP: it calls the emulator itself, fails as the real one does, and tries again without a pause. */
class WirelessClient extends webApi.WebClient {
  readonly #slack: Slack;
  readonly #retries: number;

  constructor(slack: Slack, retries: number) {
    super(slack.botToken);
    this.#slack = slack;
    this.#retries = retries;
  }

  override async apiCall(method: string, args: Record<string, unknown> = {}): Promise<webApi.WebAPICallResult> {
    for (let retry = 0; ; retry++) {
      try {
        return await this.#call(method, args);
      } catch (error) {
        // Slack's own “no” is final to the real client too.
        if (retry >= this.#retries || error instanceof webApi.WebAPIPlatformError) throw error;
      }
    }
  }

  async #call(method: string, args: Record<string, unknown>): Promise<webApi.WebAPICallResult> {
    const reply = await this.#slack.call(method, args);
    if (reply === undefined) throw new webApi.WebAPIRequestError(new TypeError("fetch failed"));
    const { status, headers = {} } = reply;
    const body = reply.body as unknown as webApi.WebAPICallResult & { readonly error: string };
    if (status === 429) throw new webApi.WebAPIRateLimitedError(Number(headers["retry-after"]));
    if (status !== 200) throw new webApi.WebAPIHTTPError(status, "", headers, body);
    if (!body.ok) throw new webApi.WebAPIPlatformError(body);
    return body;
  }
}
