const apps = "https://api.slack.com/apps";
const where = {
  token: `${apps} (your app, OAuth & Permissions, Bot User OAuth Token)`,
  appToken: `${apps} (your app, Basic Information, App-Level Tokens, with the scope connections:write)`,
  socketMode: `${apps} (your app, Socket Mode)`,
};

/** On Slack, on the pages of an installation, and what its admin is told at the start. */
export const slack = {
  aBot: "a bot",
  aSharedMessage: "a shared message",
  unverified: "(unverified)",
  fromElsewhere: "(from another organization)",
  whoMay: { channel: "the creator of this channel and the workspace's admins", server: "the workspace's admins" },

  unknownCommand: (ask: string, known: string) => `I don't know that command. ${ask} The commands are:\n${known}`,
  howToAsk: (command: string) => `To ask me something: \`${command} ask What is …?\``,
  notPosted: "I can't post your question here. Try it in another channel, or in a direct message to me.",
  notMember: (bot: string) => `I'm not a member of this channel. Invite me with \`/invite @${bot}\` and try again.`,
  notMemberDirect:
    "I'm not part of this conversation, and nobody can invite me. Ask me in a channel, or in a direct message to me.",

  noFileComments: "I can't answer comments on files. Mention me in a message with the file attached.",
  sentPrivately: "I sent it to you in a direct message.",
  filesRefused: (reason: string) =>
    `Slack did not accept the files, so nothing was sent. Say \`export\` again in a moment. (${reason})`,
  filesScope: `I'm not allowed to send files here yet. Ask the person who runs me to add the scope \`files:write\` at ${apps} (the app, OAuth & Permissions, Bot Token Scopes) and to reinstall the app.`,
  filesForbidden: "This workspace does not let me send you a file. Ask its admins, or the person who runs me.",

  form: {
    title: "Persona",
    submit: "Set",
    cancel: "Cancel",
    list: "From the list",
    own: "Or in your own words",
    hint: "The model gets this with every question: “You are …”",
    scope: "Where it applies",
    scopes: {
      thread: "This thread",
      channel: "This channel, and its threads without a persona of their own",
      server: "The whole workspace",
      directMessages: "All our direct messages",
    },
    notOpened: "The form could not be opened. Try again, or type it: `/parley persona set You are …`",
    expired: "This form no longer works. Close it and open it again.",
    empty: "Choose a persona above, or write one here.",
    both: "Choose one from the list or write one, not both.",
  },

  app: {
    name: "Parley",
    description: "Answers mentions and direct messages, and remembers each thread.",
    agent: "Ask me anything. I answer in the thread, remember it, and speak as the persona you choose.",
    command: "Ask, choose a persona, stop or reset",
    shortcuts: {
      ask: { name: "Ask Parley about this", description: "Answers or explains this message in its thread" },
      reset: { name: "Reset this thread", description: "Clears the memory of this thread" },
      persona: { name: "Set the persona here", description: "Chooses the persona for this thread" },
    },
    prompts: {
      help: "What can you do?",
      explain: { title: "Explain something", message: "Explain what a hash table is, with a small example." },
      ideas: { title: "Find ideas", message: "Suggest ten names for a team that grows vegetables on roofs." },
      persona: "Choose a persona",
    },
    urlMustBeHttps: "--url: Slack accepts only addresses that begin with https://",
    distributeNeedsUrl: "--distribute: others install the app over HTTP, so add --url as well",
  },

  /** What the bot cannot do without a scope. */
  without: {
    "chat:write": "it cannot answer",
    "app_mentions:read": "it does not get mentions",
    "channels:history": "it cannot follow threads in public channels",
    "groups:history": "it cannot follow threads in private channels",
    "im:history": "it does not get direct messages",
    "mpim:history": "it does not get group messages",
    "channels:read": "it does not know the names of channels",
    "groups:read": "it does not know the names of private channels",
    "mpim:read": "it does not recognize group messages",
    "im:read": "it does not recognize direct messages",
    "im:write": "it cannot begin a direct message",
    "users:read": "it knows neither people's names nor who is an admin",
    "files:read": "it cannot read attached files",
    "files:write": "it cannot send an export",
    commands: "it has no slash command and no shortcuts",
    "assistant:write": "it cannot suggest questions in direct messages",
  },
  missingScopes: (scopes: string) =>
    `the Slack app lacks ${scopes}. Add what is missing at ${apps} (your app, OAuth & Permissions, Bot Token Scopes) and reinstall the app`,
  otherApp: (hearing: string, speaking: string) =>
    `SLACK_APP_TOKEN: it belongs to another app (${hearing}) than SLACK_BOT_TOKEN (${speaking}). Copy both from the same app at ${apps}.`,
  notSlack:
    "SLACK_API_URL: something answers there, but not like Slack. Leave SLACK_API_URL unset to use Slack itself.",

  /** By Slack's error codes. */
  token: {
    SLACK_BOT_TOKEN: {
      other: (code: string) => `Slack refuses it (${code}). Check ${where.token}.`,
      invalid_auth: `Slack rejected the token. Copy it again from ${where.token}.`,
      not_authed: `Slack got no token. Copy it again from ${where.token}.`,
      token_revoked: `the token was revoked. Reinstall the app and copy the new one from ${where.token}.`,
      token_expired:
        "the token has expired: token rotation needs SLACK_CLIENT_ID and SLACK_CLIENT_SECRET. Set them or turn rotation off, then reinstall the app.",
      account_inactive: `the app was removed from the workspace. Reinstall it and copy the new token from ${where.token}.`,
      not_allowed_token_type: `that is another kind of token. Copy the one that begins with xoxb- from ${where.token}.`,
    },
    SLACK_APP_TOKEN: {
      other: (code: string) => `Slack refuses it (${code}). Check ${where.socketMode}.`,
      invalid_auth: `Slack rejected the token. Copy it again from ${where.appToken}.`,
      not_authed: `Slack got no token. Copy it again from ${where.appToken}.`,
      token_revoked: `the token was revoked. Make a new one at ${where.appToken}.`,
      token_expired: `the token has expired. Make a new one at ${where.appToken}.`,
      account_inactive: `the token no longer works. Make a new one at ${where.appToken}.`,
      not_allowed_token_type: `that is another kind of token. Copy the one that begins with xapp- from ${where.appToken}.`,
      missing_scope: `the token lacks connections:write. Make a new one at ${where.appToken}.`,
      no_permission: `the token lacks connections:write. Make a new one at ${where.appToken}.`,
      forbidden_team:
        "Socket Mode is not allowed for this workspace. Use HTTP instead: set SLACK_SIGNING_SECRET and unset SLACK_APP_TOKEN.",
    },
  },
  badSignature: `a request was refused because its signature is not Slack's. If nothing from Slack arrives, SLACK_SIGNING_SECRET is wrong: copy it again from ${apps} (your app, Basic Information, App Credentials)`,
  portTaken: (port: number, host: string) => `PORT: another program on ${host} already uses ${port}. Set another port.`,
  cannotListen: (address: string, code: string) =>
    `PORT: the bot cannot listen on ${address} (${code}). Set PORT or HOST to something it may use.`,

  install: {
    notServed:
      "This bot does not serve your workspace, so it was not installed, and its access to your workspace was revoked. Ask the person who runs it to allow your workspace.",
    expired: (path: string) =>
      `This page works once, for ten minutes, in the browser that opened it. Start again at ${path}.`,
    failed: (path: string) =>
      `The app was not installed. Start again at ${path}. If that does not help, ask the person who runs the bot.`,
  },
};
