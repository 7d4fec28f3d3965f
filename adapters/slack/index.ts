import type { App, Context, InstallationQuery } from "@slack/bolt";
import { type Adapter, type AdapterContext, eventId, type Receive } from "../../src/port/index.ts";
import { connect } from "./connect.ts";
import type { Access, Connection, Delivery } from "./connecting.ts";
import { toPlatformError } from "./errors.ts";
import { fileServer } from "./files.ts";
import { isSaid, rootOf, type SlackMessage, toAuthor, toMessageEvent } from "./inbound.ts";
import { createInstallations } from "./installations.ts";
import { silent } from "./interaction-surface.ts";
import { listenToInteractions } from "./interactions.ts";
import type { Listening, Spot } from "./listening.ts";
import { suggestedPrompts } from "./manifest.ts";
import { createQueues } from "./queues.ts";
import { settingOf } from "./setting.ts";
import { createSubscriptionCheck } from "./subscriptions.ts";
import { createMessageSurface } from "./surface.ts";
import { createTokenWatch } from "./token-watch.ts";
import { createWorkspaces } from "./workspaces.ts";

export { toManifest } from "./manifest.ts";

export type SlackSettings = {
  /** https://slack.com/api/ */
  readonly apiUrl: string;
  readonly access: Access;
  readonly delivery: Delivery;
};

export function createSlack(settings: SlackSettings, context: AdapterContext): Adapter {
  const apiUrl = settings.apiUrl.endsWith("/") ? settings.apiUrl : `${settings.apiUrl}/`;
  const stopping = new AbortController();
  let connection: Connection | undefined;

  return {
    platform: "slack",
    async start(receive) {
      const quiet: Receive = async (event, surface) => {
        if (!stopping.signal.aborted) await receive(event, surface);
      };
      const listen = (app: App) => {
        const listening = createListening(quiet, { ...settings, apiUrl }, context);
        listenToMessages(app, listening, settings, stopping.signal);
        listenToInteractions(app, listening);
      };
      const { access, delivery } = settings;
      connection = await connect({ apiUrl, access, delivery, context, listen, signal: stopping.signal });
    },
    async stop() {
      stopping.abort();
      const open = connection;
      connection = undefined; // stopped a second time, it has nothing left to close
      await open?.stop();
    },
  };
}

function createListening(receive: Receive, { apiUrl, access }: SlackSettings, context: AdapterContext): Listening {
  const { log, now } = context;
  const refused = createTokenWatch({ apiUrl, access, context });
  const workspaces = createWorkspaces({ apiUrl, log, now, refused });
  const listening: Listening = {
    context,
    receive,
    workspaceOf({ botToken = "", botUserId = "", botId, teamId, enterpriseId }: Context) {
      return workspaces.of({ team: teamId ?? enterpriseId ?? "", token: botToken, botUserId, botId });
    },
    surfaceAt(spot) {
      const { workspace, place, channel, root, question, user, team = workspace.team, whisper } = spot;
      const target = { workspace, place, channel, root, question, asker: { user, team } };
      const surface = createMessageSurface(target, {
        log: context.log,
        files: fileServer(apiUrl, workspace.token),
        stopped: () => listening.run(() => stop(spot, listening)),
        whisper,
      });
      return spot.fresh ? { ...surface, earlier: async () => ({ messages: [], complete: true }) } : surface;
    },
    run(task) {
      task().catch((error: unknown) =>
        context.log.warn({ error: toPlatformError(error).message }, "an event from Slack was lost"),
      );
    },
  };
  return listening;
}

function listenToMessages(app: App, listening: Listening, settings: SlackSettings, signal: AbortSignal): void {
  const { context } = listening;
  const queues = createQueues();
  const subscriptions = createSubscriptionCheck(context.log, signal);

  const hear = async (message: SlackMessage & Teams, bolt: Context): Promise<void> => {
    const workspace = listening.workspaceOf(bolt);
    if (isFileComment(message, workspace.botUserId)) return refuseFileComment(message, bolt, listening);
    if (!isSaid(message, workspace.botUserId)) return;
    const lookup = settingOf(workspace, message);
    // Names may have to be asked for; messages keep their order all the same.
    await queues.after(`${workspace.team}:${message.channel}`, async () => {
      const setting = await lookup;
      const event = toMessageEvent(message, setting);
      const { channel, ts: question, user = "" } = message;
      const team = message.user_team ?? message.source_team ?? message.team;
      const surface = listening.surfaceAt({
        workspace,
        place: event.place,
        channel,
        root: rootOf(message),
        question,
        user,
        team,
      });
      listening.run(() => listening.receive(event, surface));
    });
  };

  app.event("message", async ({ event, context: bolt }) => {
    const message = event as unknown as SlackMessage & Teams;
    subscriptions.message(message.channel);
    listening.run(() => hear(message, bolt));
  });
  app.event("app_mention", async ({ event, context: bolt }) => {
    const message = event as unknown as SlackMessage & Teams;
    subscriptions.mention(message.channel);
    listening.run(() => hear(message, bolt));
  });
  app.event("agent_session_stopped", async ({ event, context: bolt }) => {
    const { channel, thread_ts: root, user } = event;
    listening.run(async () => {
      const workspace = listening.workspaceOf(bolt);
      const setting = await settingOf(workspace, { channel, user });
      const { place } = toMessageEvent({ ts: root, channel, thread_ts: root, user }, setting);
      await stop({ workspace, place, channel, root, question: event.event_ts, user }, listening);
    });
  });
  app.event("app_home_opened", async ({ event, context: bolt }) => {
    if (event.tab !== "messages") return;
    const { hasty } = listening.workspaceOf(bolt);
    listening.run(async () => {
      await hasty.apiCall("assistant.threads.setSuggestedPrompts", {
        channel_id: event.channel,
        prompts: suggestedPrompts,
      });
    });
  });
  app.event("app_uninstalled", async ({ context: bolt }) => {
    listening.run(() => onUninstalled(bolt, settings, context));
  });
  app.event("tokens_revoked", async ({ event, context: bolt }) => {
    if ((event.tokens.bot ?? []).length > 0) listening.run(() => onUninstalled(bolt, settings, context));
  });
}

/** A message says where its author comes from, where that is another workspace. */
type Teams = { readonly team?: string; readonly user_team?: string; readonly source_team?: string };

/** Slack's own stop button, or a stream that it ended: the thread shows it, so nothing is said. */
async function stop(spot: Spot, listening: Listening): Promise<void> {
  const { workspace, place, root, question, user } = spot;
  const id = eventId(`slack:stopped:${root}:${question}`);
  const author = toAuthor(await workspace.person(user));
  await listening.receive(
    { kind: "command", id, place, author, name: "stop", options: {} },
    silent(listening.surfaceAt(spot)),
  );
}

async function onUninstalled(
  { teamId, enterpriseId, isEnterpriseInstall }: Context,
  { access }: SlackSettings,
  context: AdapterContext,
): Promise<void> {
  if (access.kind === "token") {
    return context.quit(
      "SLACK_BOT_TOKEN: the app was taken out of the Slack workspace. Install it again at https://api.slack.com/apps and set the new token.",
    );
  }
  const query = { teamId, enterpriseId, isEnterpriseInstall } as InstallationQuery<boolean>;
  await createInstallations(context.notes).deleteInstallation(query);
  context.log.info({ workspace: teamId }, "the app was taken out of a Slack workspace");
}

/** https://docs.slack.dev/reference/events/message/file_comment */
type FileComment = SlackMessage & { readonly comment?: { readonly user?: string; readonly comment?: string } };

function isFileComment({ subtype, text, comment }: FileComment, botUserId: string): boolean {
  return subtype === "file_comment" && `${text ?? ""} ${comment?.comment ?? ""}`.includes(`<@${botUserId}`);
}

async function refuseFileComment(message: FileComment, bolt: Context, listening: Listening): Promise<void> {
  const workspace = listening.workspaceOf(bolt);
  const user = message.comment?.user ?? message.user;
  if (user === undefined) return;
  const { hasty } = workspace;
  const text = "I cannot answer comments on files. Mention me in a message, with the file attached to it.";
  await hasty.chat.postEphemeral({ channel: message.channel, user, text });
}
