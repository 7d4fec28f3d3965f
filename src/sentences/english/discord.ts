const portal = "https://discord.com/developers/applications";

/** On Discord, and what its admin is told at the start. */
export const discord = {
  askAbout: "Ask about this message",
  group: (name: string) => `Commands that begin with ${name}`,
  staleCommand: "I no longer know this command. Restart Discord to see the current ones.",
  chatWith: (name: string) => `Chat with ${name}`,
  forwarded: "a forwarded message",
  /** Stands in the place of `answers.attached.code` and `.table`, and may not be longer. */
  mayNotAttach: "Ask an admin to let me attach files.",
  restMissing: "… The rest is missing: the file is too large for Discord.",
  tokenRefused: `DISCORD_TOKEN: Discord rejected the token. Copy it again, or reset it, at ${portal} (your application, Bot, Reset Token).`,
  intentRefused: `Discord refuses an intent that the bot needs (4014). Turn the bot's intents on at ${portal} (your application, Bot, Privileged Gateway Intents).`,
  closedForGood: (code: number) =>
    `Discord closed the connection and will not accept another one (${code}). https://docs.discord.com/developers/topics/opcodes-and-status-codes explains the code.`,
  notDiscord: (host: string) =>
    `DISCORD_API_URL: ${host} answers, but not like Discord. Leave DISCORD_API_URL unset to use Discord itself.`,
};
