// A Slack app is described by a manifest: its rights (scopes), the events it hears, its commands.
// It is printed for the admin, who pastes it, and the start compares it with what the installed app may do.
// So the rights stand in one place, each with what people lose without it.

import { type CommandSpec, StartError, sentences, usageOf } from "../../../src/port/index.ts";

const said = sentences.slack;
const { prompts } = said.app;

/** A right that the app asks for; `needed` where nothing works without it. */
type ScopeSpec = { readonly scope: keyof typeof said.without; readonly needed?: true };

/** https://docs.slack.dev/reference/scopes */
export const botScopes: readonly ScopeSpec[] = [
  { scope: "chat:write", needed: true },
  { scope: "app_mentions:read", needed: true },
  { scope: "channels:history" },
  { scope: "groups:history" },
  { scope: "im:history" },
  { scope: "mpim:history" },
  { scope: "channels:read" },
  { scope: "groups:read" },
  { scope: "mpim:read" },
  { scope: "im:read" },
  { scope: "im:write" },
  { scope: "users:read" },
  { scope: "files:read" },
  { scope: "files:write" },
  { scope: "commands" },
  { scope: "assistant:write" },
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
  ask: { callbackId: "ask-about", ...said.app.shortcuts.ask },
  reset: { callbackId: "reset-thread", ...said.app.shortcuts.reset },
  persona: { callbackId: "set-persona", ...said.app.shortcuts.persona },
} as const;

/** Shown where somebody opens a conversation with the bot. Slack takes four. */
export const suggestedPrompts = [
  { title: prompts.help, message: "help" },
  prompts.explain,
  prompts.ideas,
  { title: prompts.persona, message: "persona list" },
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
  if (url !== undefined && !/^https:\/\/[^/]/.test(url)) throw new StartError(said.app.urlMustBeHttps);
  if (distributed && url === undefined) throw new StartError(said.app.distributeNeedsUrl);
  const events = url === undefined ? {} : { request_url: url + paths.events };
  return {
    display_information: {
      name: said.app.name,
      description: said.app.description,
    },
    features: {
      agent_view: {
        agent_description: said.app.agent,
        suggested_prompts: suggestedPrompts,
      },
      app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: said.app.name, always_online: true },
      shortcuts: Object.values(shortcuts).map(({ callbackId, name, description }) => ({
        type: "message",
        name,
        callback_id: callbackId,
        description,
      })),
      slash_commands: [
        {
          command: slashCommand,
          description: said.app.command,
          usage_hint: commands.map(usageOf).join(" · "),
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
