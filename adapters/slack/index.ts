// This adapter connects Bolt to the port, by Socket Mode or by HTTP, for one workspace or for all that install the app.
// Its folders are layers, lowest first: app, install and workspace; connection and writing; controls; hearing.
// Slack repeats what nobody acknowledges and forgets what was acknowledged, so events are noted before they are acknowledged.

import type { App, Context } from "@slack/bolt";
import {
  type Adapter,
  type AdapterContext,
  createQueues,
  eventId,
  noSurface,
  type Receive,
} from "../../src/port/index.ts";
import { suggestedPrompts } from "./app/manifest.ts";
import type { Access, Connection, Delivery } from "./connection/bolt-app.ts";
import { connect } from "./connection/connect.ts";
import { createTokenWatch } from "./connection/token-watch.ts";
import { onUninstalled } from "./connection/uninstalled.ts";
import { respondAt, silent } from "./controls/interaction-surface.ts";
import { listenToInteractions } from "./controls/interactions.ts";
import type { ListenerContext } from "./controls/listener-context.ts";
import { originOf, recall } from "./controls/recall.ts";
import { changeIn, type Report, toDeletedEvent, toEditedEvent } from "./hearing/changes.ts";
import { isFileComment, refuseFileComment } from "./hearing/file-comments.ts";
import { createInbox, type Inbox } from "./hearing/inbox.ts";
import { createSubscriptionCheck } from "./hearing/subscriptions.ts";
import { createSeal } from "./install/seal.ts";
import { toPlatformError } from "./workspace/errors.ts";
import {
  commandPrefix,
  isChatter,
  isSaid,
  looksLikeBots,
  rootOf,
  type SlackMessage,
  toAuthor,
  toMessageEvent,
} from "./workspace/inbound.ts";
import { messageContextOf } from "./workspace/message-context.ts";
import type { ReplyTarget } from "./workspace/reply-target.ts";
import { createWorkspaces, type Workspace } from "./workspace/workspaces.ts";
import { fileServer } from "./writing/files.ts";
import { createMessageSurface } from "./writing/surface.ts";

export type SlackSettings = {
  /** https://slack.com/api/ */
  readonly apiUrl: string;
  readonly access: Access;
  readonly delivery: Delivery;
};

export function createSlack(settings: SlackSettings, context: AdapterContext): Adapter {
  const apiUrl = settings.apiUrl.endsWith("/") ? settings.apiUrl : `${settings.apiUrl}/`;
  const stopping = new AbortController();
  const inbox = createInbox(context);
  let listening: ListenerContext | undefined;
  let connection: Connection | undefined;

  return {
    platform: "slack",
    async start(receive) {
      const quiet: Receive = async (event, surface) => {
        if (!stopping.signal.aborted) await receive(event, surface);
      };
      const opened = createListening(quiet, { ...settings, apiUrl }, context);
      listening = opened;
      const listen = (app: App) => {
        inbox.guard(app);
        listenToMessages(app, opened, inbox, settings, stopping.signal);
        listenToInteractions(app, opened);
      };
      const { access, delivery } = settings;
      connection = await connect({
        apiUrl,
        access,
        delivery,
        context,
        listen,
        unanswerable: inbox.drop,
        signal: stopping.signal,
      });
      if (connection !== undefined) await inbox.replay();
    },
    async recall(event) {
      if (listening === undefined || connection === undefined) return undefined;
      return recall(event, listening, connection.authorizationOf);
    },
    async stop() {
      stopping.abort();
      const open = connection;
      connection = undefined; // stopped a second time, it has nothing left to close
      await open?.stop();
    },
  };
}

function createListening(
  receive: Receive,
  { apiUrl, access }: SlackSettings,
  context: AdapterContext,
): ListenerContext {
  const { log, clock } = context;
  const refused = createTokenWatch({ apiUrl, access, context });
  const workspaces = createWorkspaces({ apiUrl, log, clock, refused });
  const listening: ListenerContext = {
    context,
    receive,
    workspaceOf({ botToken = "", botUserId = "", botId, teamId, enterpriseId }: Context) {
      return workspaces.of({ team: teamId ?? enterpriseId ?? "", token: botToken, botUserId, botId });
    },
    workspaceBy: workspaces.of,
    respondAt: (url) => respondAt(url, apiUrl),
    seal: createSeal(access.kind === "token" ? access.token : access.clientSecret),
    surfaceAt: (target) =>
      createMessageSurface(target, {
        log: context.log,
        files: fileServer(apiUrl, target.workspace.token),
        stopped: () => listening.run(() => stop(target, listening)),
      }),
    ask: (event, target) => receive({ ...event, recallKey: originOf(target) }, listening.surfaceAt(target)),
    run(task, failure = "an event from Slack was lost") {
      task().catch((error: unknown) => context.log.warn({ error: toPlatformError(error).message }, failure));
    },
  };
  return listening;
}

function listenToMessages(
  app: App,
  listening: ListenerContext,
  inbox: Inbox,
  settings: SlackSettings,
  signal: AbortSignal,
): void {
  const { context } = listening;
  const queues = createQueues();
  const subscriptions = createSubscriptionCheck(context, signal);
  const commandWords = new Set([...context.commands.map(({ name }) => name), commandPrefix].map(firstWord));

  const hear = async (report: Report & Teams, bolt: Context, done: () => Promise<void>): Promise<void> => {
    const workspace = listening.workspaceOf(bolt);
    if (isFileComment(report, workspace.botUserId)) return refuseFileComment(report, bolt, listening);
    const change = changeIn(report);
    if (change?.kind === "none") return;
    if (change?.kind === "deleted") return forget(change.message, workspace);
    const message: SlackMessage & Teams = change?.message ?? report;
    if (!isSaid(message, workspace.botUserId)) return done();
    const { botUserId } = workspace;
    const lookup = messageContextOf(workspace, message, {
      isChatter: isChatter(message, botUserId),
      isCommand: commandWords.has(firstWord(message.text)),
    });
    // Names may have to be asked for; messages keep their order all the same.
    await queues.after(`${workspace.team}:${message.channel}`, async () => {
      const setting = await lookup;
      if (setting.person.isBot || (setting.person.isUnverified && looksLikeBots(message))) return done();
      const event =
        change === undefined
          ? toMessageEvent(message, setting)
          : toEditedEvent(message, setting, report.event_ts ?? report.ts);
      const { channel, ts: question } = message;
      const team = message.user_team ?? message.source_team ?? setting.person.team ?? message.team;
      const person = { ...setting.person, team };
      const target = { workspace, place: event.place, channel, root: rootOf(message), question, person };
      listening.run(() => listening.ask(event, target).finally(done));
    });
  };

  /** In its place among the messages: it must not overtake the one that was deleted. */
  const forget = (message: Pick<SlackMessage, "ts" | "channel" | "thread_ts">, workspace: Workspace): Promise<void> =>
    queues.after(`${workspace.team}:${message.channel}`, async () => {
      if (workspace.removed.has(message.ts)) return;
      listening.run(() => listening.receive(toDeletedEvent(message, workspace.team), noSurface));
    });

  // What comes while the bot ends is heard by the next run.
  const doneWith = (body: unknown) => async () => {
    if (!signal.aborted) await inbox.drop(body);
  };

  app.event("message", async ({ event, body, context: bolt }) => {
    const message = event as unknown as Report & Teams;
    subscriptions.message(message.channel);
    listening.run(() => hear(message, bolt, doneWith(body)));
  });
  app.event("app_mention", async ({ event, body, context: bolt }) => {
    const message = event as unknown as Report & Teams;
    subscriptions.mention(message.channel);
    listening.run(() => hear(message, bolt, doneWith(body)));
  });
  app.event("agent_session_stopped", async ({ event, context: bolt }) => {
    const { channel, thread_ts: root, user } = event;
    listening.run(async () => {
      const workspace = listening.workspaceOf(bolt);
      const setting = await messageContextOf(workspace, { channel, user });
      const { place } = toMessageEvent({ ts: root, channel, thread_ts: root, user }, setting);
      await stop({ workspace, place, channel, root, question: event.event_ts, person: setting.person }, listening);
    });
  });
  app.event("app_home_opened", async ({ event, context: bolt }) => {
    if (event.tab !== "messages") return;
    const { failFast } = listening.workspaceOf(bolt);
    listening.run(async () => {
      await failFast.apiCall("assistant.threads.setSuggestedPrompts", {
        channel_id: event.channel,
        prompts: suggestedPrompts,
      });
    }, "Slack does not show suggested questions");
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
async function stop(target: ReplyTarget, listening: ListenerContext): Promise<void> {
  const { workspace, place, root, question, person } = target;
  const id = eventId(`slack:stopped:${workspace.team}:${root}:${question}`);
  await listening.receive(
    { kind: "command", id, place, author: toAuthor(person), name: "stop", options: {}, button: "stop" },
    silent(listening.surfaceAt(target)),
  );
}

/** Without the mentions before it. */
const firstWord = (text = ""): string => /^(?:\s*<@[^>]*>)*[\s/]*(\w*)/.exec(text)?.[1]?.toLowerCase() ?? "";
