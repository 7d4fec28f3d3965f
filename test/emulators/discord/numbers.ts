/** Gateway intents. https://discord.com/developers/docs/events/gateway#gateway-intents */
export const intent = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildPresences: 1 << 8,
  guildMessages: 1 << 9,
  guildMessageReactions: 1 << 10,
  directMessages: 1 << 12,
  messageContent: 1 << 15,
} as const;

/** Message flags. https://discord.com/developers/docs/resources/message#message-object-message-flags */
export const messageFlag = { hasThread: 1 << 5, ephemeral: 1 << 6, loading: 1 << 7, componentsV2: 1 << 15 } as const;

/** Message types. https://discord.com/developers/docs/resources/message#message-object-message-types */
export const messageType = {
  default: 0,
  threadCreated: 18,
  reply: 19,
  slashCommand: 20,
  threadStarter: 21,
  contextMenu: 23,
} as const;

/** Interaction types. https://discord.com/developers/docs/interactions/receiving-and-responding */
export const interactionType = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;

/** What a callback may answer, from the same page. */
export const callbackType = {
  message: 4,
  deferredMessage: 5,
  deferredUpdate: 6,
  update: 7,
  autocomplete: 8,
  modal: 9,
} as const;
