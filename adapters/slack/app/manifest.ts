// A Slack app is described by a manifest: its rights (scopes), the events it hears, its commands.
// It is printed for the admin, who pastes it, and the start compares it with what the installed app may do.
// So the rights stand in one place, each with what people lose without it.

import { type CommandSpec, StartError } from "../../../src/port/index.ts";
import { usage } from "./commands.ts";

/** A right that the app asks for, and what people lose without it. */
type ScopeSpec = { readonly scope: string; readonly without: string; readonly needed?: true };

/** https://docs.slack.dev/reference/scopes */
export const botScopes: readonly ScopeSpec[] = [
  { scope: "chat:write", without: "it cannot answer", needed: true },
  { scope: "app_mentions:read", without: "it hears no mention", needed: true },
  { scope: "channels:history", without: "it cannot follow threads in public channels" },
  { scope: "groups:history", without: "it cannot follow threads in private channels" },
  { scope: "im:history", without: "it hears no direct message" },
  { scope: "mpim:history", without: "it hears nothing in group messages" },
  { scope: "channels:read", without: "it does not know the names of channels" },
  { scope: "groups:read", without: "it does not know the names of private channels" },
  { scope: "mpim:read", without: "it does not know where it is in a group message" },
  { scope: "im:read", without: "it does not know whether it is in a direct message" },
  { scope: "im:write", without: "it cannot write to somebody first" },
  { scope: "users:read", without: "it does not know people's names, nor who is an admin" },
  { scope: "files:read", without: "it cannot read attached files" },
  { scope: "files:write", without: "it cannot send anybody the export of a memory" },
  { scope: "commands", without: "it has no slash command and no shortcuts" },
  { scope: "assistant:write", without: "it cannot suggest questions in direct messages" },
];

/** What the app subscribes to, and the scope without which Slack would not let it. https://docs.slack.dev/reference/events */
export const botEvents = [
  "app_mention",
  "message.channels",
  "message.groups",
  "message.im",
  "message.mpim",
  "app_home_opened",
  "agent_session_stopped",
  "app_uninstalled",
  "tokens_revoked",
] as const;

/** In the menu of a message. */
export const shortcuts = {
  ask: {
    callbackId: "ask-about",
    name: "Ask Parley about this",
    description: "Answers or explains this message in its thread",
  },
  reset: {
    callbackId: "reset-thread",
    name: "Reset this thread",
    description: "Starts the memory of this thread over",
  },
  persona: {
    callbackId: "set-persona",
    name: "Set the persona here",
    description: "Chooses who speaks in this thread",
  },
} as const;

/** Shown where somebody opens a conversation with the bot. Slack takes four. */
export const suggestedPrompts = [
  { title: "What can you do?", message: "help" },
  { title: "Explain something", message: "Explain what a hash table is, with a small example." },
  { title: "Find ideas", message: "Suggest ten names for a team that grows vegetables on roofs." },
  { title: "Choose a persona", message: "persona list" },
];

export const slashCommand = "/parley";

/** Where Slack sends what happens, and people who install the app. */
export const paths = { events: "/slack/events", install: "/slack/install", redirect: "/slack/oauth_redirect" } as const;

export type ManifestWish = {
  /** Where Slack reaches the bot by HTTP; without it the bot connects to Slack by Socket Mode. */
  readonly publicUrl?: string | undefined;
  /** Other workspaces may install the app, by OAuth, with tokens that are renewed twice a day. */
  readonly distributed?: boolean | undefined;
};

/** The app as Slack wants it described, to be pasted at https://api.slack.com/apps. Throws a `StartError` for what nobody could install. */
export function toManifest(commands: readonly CommandSpec[], { publicUrl, distributed = false }: ManifestWish = {}) {
  const url = publicUrl?.replace(/(?<!\/)\/+$/, "");
  if (url !== undefined && !/^https:\/\/[^/]/.test(url))
    throw new StartError("--url: Slack takes only addresses that begin with https://");
  if (distributed && url === undefined)
    throw new StartError("--distribute: others install the app by HTTP, so it needs --url as well");
  const events = url === undefined ? {} : { request_url: url + paths.events };
  return {
    display_information: {
      name: "Parley",
      description: "Answers mentions and direct messages, and remembers each thread.",
    },
    features: {
      agent_view: {
        agent_description: "Ask me anything. I answer in the thread, remember it, and speak as the persona you choose.",
        suggested_prompts: suggestedPrompts,
      },
      app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: "Parley", always_online: true },
      shortcuts: Object.values(shortcuts).map(({ callbackId, name, description }) => ({
        type: "message",
        name,
        callback_id: callbackId,
        description,
      })),
      slash_commands: [
        {
          command: slashCommand,
          description: "Ask, choose a persona, stop or reset",
          usage_hint: usage(commands).join(" · "),
          should_escape: false,
          ...(url === undefined ? {} : { url: url + paths.events }),
        },
      ],
    },
    oauth_config: {
      ...(url === undefined || !distributed ? {} : { redirect_urls: [url + paths.redirect] }),
      scopes: { bot: botScopes.map(({ scope }) => scope) },
    },
    settings: {
      event_subscriptions: { ...events, bot_events: botEvents },
      interactivity: { is_enabled: true, ...events },
      org_deploy_enabled: false,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: distributed,
    },
  };
}
