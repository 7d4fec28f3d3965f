import { characters, count, dollars, messages, number, threads } from "./format.ts";

const answered = (value: number): string => count(value, { one: "answer", other: "answers" });
const tokens = (value: number): string => `about ${number(value)} tokens`;
const summarized = (value: number): string =>
  count(value, { one: "summary of older messages", other: "summaries of older messages" });
const emptyThread = "Each mention starts a thread with its own memory. Use this command inside the thread you mean.";

/** What commands are called in menus, and what they answer. Names of commands are the same in every language. */
export const commands = {
  /** Where something holds, as a part of a sentence. */
  places: {
    thread: "this thread",
    conversation: "this conversation",
    channel: "this channel",
    directMessages: "our direct messages",
    server: (noun: string) => `this ${noun}`,
  },

  ask: { summary: "Ask me something", question: "What you want to know" },

  stop: {
    summary: "Stop the answer and drop the questions that wait here; what is written stays",
    nothing: "I'm not writing anything here.",
  },

  reset: {
    summary: "Start over: clear my memory of this thread; the messages stay",
    thread: "Memory cleared. I no longer know what was said here before. The persona stays.",
    channel: (where: string) =>
      `Memory cleared in ${where} and in all threads there. I no longer know what was said there before. The personas stay.`,
    nothing: "There is nothing to clear: I remember nothing of this conversation.",
    nothingOutside: `There is nothing to clear here. ${emptyThread}`,
    act: "clear the memory of all threads in this channel",
  },

  persona: {
    set: {
      summary: "Choose the persona I speak as",
      persona: "A name from the list, or your own text: “You are …”",
      scope: "This thread; this channel, and its threads without a persona of their own; or the whole server",
      done: (where: string, title: string, text: string | undefined) =>
        `In ${where} I now speak as **${title}**${text === undefined ? "" : `: “${text}”`}.`,
      which: (wider: string) =>
        `Which persona? Write \`persona set\` with a name from \`persona list\`, or with your own text: “You are …”. \`persona set channel: …\` sets it for ${wider}.`,
      unclear: (word: string, usual: string) =>
        `Does “${word}” say where the persona applies? Then write \`persona set ${word}: …\`. If “${word}” is the first word of your text, write \`persona set ${usual}: ${word} …\`. Nothing was changed.`,
      tooLong: (length: number, most: number) =>
        `That text has ${characters(length)}; a persona can have ${number(most)}. Nothing was changed.`,
      unknown: (name: string, known: string) =>
        `There is no persona called “${name}”. Choose ${known}, or write your own: \`persona set You are …\`.`,
      act: (where: string) => `change the persona for ${where}`,
      noServer: "A direct message has no server. Leave the word `server` out.",
      noThread: (wider: string) =>
        `This is not a thread. Use \`persona set\` inside a thread, or write \`persona set channel: …\` to set it for ${wider}.`,
    },
    show: {
      summary: "Show the persona I speak as here",
      now: (title: string, setFor: string | undefined) =>
        `I speak as **${title}** (${setFor === undefined ? "the default" : `set for ${setFor}`}).`,
    },
    list: {
      summary: "List the personas you can choose",
      line: (name: string, summary: string, isNow: boolean) => `- \`${name}\`${isNow ? " (now)" : ""}: ${summary}`,
      how: "Choose one with `persona set`, or write your own: `persona set You are …`",
    },
    reset: {
      summary: "Remove the persona that was set here",
      noThread: (wider: string) =>
        `This is not a thread. Use \`persona reset\` inside a thread, or write \`persona reset channel\` to remove the persona of ${wider}.`,
      done: (where: string, title: string) => `The persona of ${where} is removed. Here I now speak as **${title}**.`,
      nothing: (where: string, title: string) => `No persona was set for ${where}. I speak as **${title}** here.`,
    },
  },

  replies: {
    summary: "Choose how answers appear: live while I write, or complete",
    mode: "live: updates while I write; final: one complete message; default: remove this setting",
    scope: "me: answers to you; channel: answers to everyone here without a setting of their own",
    set: {
      me: (where: string, mode: "live" | "final") => `From now on, answers to you in ${where} ${modes[mode]}.`,
      channel: (where: string, mode: "live" | "final") =>
        `From now on, answers in ${where} ${modes[mode]}, except for people with a setting of their own.`,
    },
    undo: { me: "`replies default` undoes this.", channel: "`replies channel default` undoes this." },
    removed: "Your setting is removed.",
    removedChannel: "The channel's setting is removed.",
    now: (mode: "live" | "final", because: string) => `Answers to you ${modes[mode]} (${because}).`,
    because: { me: "your setting", channel: (where: string) => `set for ${where}`, default: "the default" },
    change: (other: "live" | "final") =>
      `\`replies ${other}\` changes this for you, \`replies channel ${other}\` for the channel.`,
    act: "choose how answers appear in this channel",
    instead: "You can change it for yourself: `replies live` or `replies final`.",
  },

  reasoning: {
    summary: "Show what the model thought before its last answer here",
    thought: (shown: number, length: number) =>
      `What the model thought before its last answer here${length > shown ? ` (the first ${number(shown)} of ${characters(length)})` : ""}:`,
    none: "The model sent no reasoning with its last answer here; not every model does.",
    unknown: "I have no reasoning here. I keep it for the last answer only, until a reset or a restart.",
    inside: "Say `reasoning` inside the thread of that answer.",
  },

  context: {
    summary: "Show what the model gets with your next question here",
    head: (title: string, model: string) => `Persona **${title}**, model \`${model}\`.`,
    outside: "Each thread has its own memory: say `context` inside one to see it.",
    next: "Your next question here will be sent with:",
    rules: (size: number) => `- persona and rules: ${tokens(size)}`,
    wordForWord: (turns: number, size: number) => `- word for word: ${messages(turns)}, ${tokens(size)}`,
    summarized: (turns: number, size: number) =>
      `- summarized: ${messages(turns)}${turns === 0 ? "" : `, in ${tokens(size)}`}`,
    leftOut: (turns: number, size: number) => `- not sent: ${messages(turns)}${turns === 0 ? "" : `, ${tokens(size)}`}`,
    total: (size: number, most: number) =>
      `Together ${tokens(size)}. The messages and the summary may take up to ${number(most)}.`,
    cost: (value: number) => `Sending that costs about ${dollars(value)}, plus the answer.`,
  },

  forgetThread: {
    summary: "Delete my memory of this thread, also from my database file; the messages stay",
    act: "delete what I remember of this thread",
    actChannel: "delete the memory of all threads in this channel",
    done: (turns: number, where: string) =>
      `Forgotten: ${messages(turns)} of ${where}, mine included. The persona stays.`,
    summaryOnly: (where: string) => `Forgotten: the summary of ${where}. The persona stays.`,
    doneChannel: (turns: number, inThreads: number, where: string) =>
      `Forgotten: ${messages(turns)} in ${threads(inThreads)} of ${where}. The personas stay.`,
    nothing: (where: string) => `There is nothing to forget: I remember nothing of ${where}.`,
    nothingOutside: `There is nothing to forget here. ${emptyThread}`,
  },

  forgetMe: {
    summary: "Delete everything you ever said to me; I ask first",
    question: (where: string) =>
      `Shall I forget everything you said to me ${where}? This deletes your messages and your name from my memory, my answers to you, what others quoted from you, and your \`replies\` setting. \`memory off\` stays as it is. This cannot be undone. The messages you see here stay; you can delete those yourself. The buttons work for ten minutes.`,
    everywhere: "in every thread of every server and in our direct messages",
    inServer: (noun: string) => `in every thread of this ${noun}`,
    confirm: "Forget everything I said",
    cancel: "Keep everything",
    tooLate: "That question has expired, so nothing was changed. Say `forget me` again if you still want that.",
    kept: "Nothing was changed. I keep what you said.",
    done: (said: number, inThreads: number, answers: number) =>
      `Forgotten: ${messages(said)} in ${threads(inThreads)}, and ${count(answers, { one: "of my answers", other: "of my answers" })}.`,
    quotesOnly: (answers: number) =>
      `Forgotten: other people's quotes of you, and ${answered(answers)} to the messages that had them.`,
    nothing: "I remembered nothing that you said.",
    goesOn: "I'll remember what you say from now on; `memory off` stops that.",
  },

  export: {
    summary: "Send you the messages and the summary that I store of this thread, as files",
    done: (where: string, turns: number, summaries: number) =>
      `What I store of ${where}: ${summaries === 0 ? messages(turns) : turns === 0 ? summarized(summaries) : `${messages(turns)} and ${summarized(summaries)}`}, as Markdown to read and as JSON for programs.`,
    tooOld: (turns: number) => `The files have a size limit, so the oldest messages are missing (${number(turns)}).`,
    nothing: (where: string) => `I store nothing of ${where}.`,
    nothingOutside: "I store nothing here.",
    inside: "Say `export` inside the thread you mean.",
    notInPublic: "The export is for you alone, and everyone would see it here.",
    instead: (command: string) => `Use the command \`${command}\` instead.`,
    cannot: "I can't send it to you here.",
    /** Within the file. */
    heading: (bot: string, at: string) => `What ${bot} stores of this conversation, on ${at}.`,
    conversation: "Conversation",
    summarized: (turns: number) => (turns === 0 ? "Summary" : `Summary of ${messages(turns)}`),
    answer: (at: string, ending: string | undefined) => `Answer, ${at}${ending === undefined ? "" : ` (${ending})`}`,
    attached: (name: string) => `Attached: ${name}`,
    moreFiles: (more: number) => `${count(more, { one: "more file", other: "more files" })} attached.`,
  },

  memory: {
    summary: "Choose whether I store what you say",
    mode: "on: I store what you say; off: I answer you and store nothing",
    off: (where: string) =>
      `From now on memory is off for you ${where}: I don't store your messages or my answers to them, and I won't know what you said before. What I stored before stays until you say \`forget me\`. \`memory on\` undoes this.`,
    on: (where: string) =>
      `Memory is on again for you ${where}: from now on I store what you say. \`memory off\` undoes this.`,
    isOff: (where: string) => `Memory is off for you ${where}: I store nothing you say. \`memory on\` changes this.`,
    isOn: (where: string) =>
      `Memory is on for you ${where}: I store what you say. Each thread has its own memory. \`memory off\` stops this, \`forget me\` deletes what is stored, \`export\` shows what I remember of a thread.`,
    everywhere: "everywhere",
    inServer: (noun: string) => `in this ${noun}`,
  },

  help: {
    summary: "What I can do",
    moreSummary: "All commands, with what each does",
    who: (bot: string, persona: string) => `I'm **${bot}**, and I speak as **${persona}** here.`,
    how: {
      direct: "Ask me anything; I remember this conversation.",
      thread: "Ask me anything; I remember this thread.",
      channel: "Mention me with a question.",
      "new-thread": "Mention me with a question: I answer in a thread and remember it.",
    },
    most: "`persona list` shows who I can be, `stop` ends my answer and drops the questions that wait, `reset` clears my memory of the thread.",
    yours: "`forget me` deletes what you said; after `memory off` I store nothing new that you say.",
    more: "`help more` shows all commands.",
    type: (isDirect: boolean, command: string | undefined) =>
      `For a command, ${isDirect ? "" : "mention me and "}write only the command${command === undefined ? "" : `, or use it as a slash command, such as \`${command}\``}.`,
    line: (name: string, summary: string) => `- \`${name}\`: ${summary}`,
  },
};

const modes = {
  live: "appear while I write them",
  final: "are posted when they are complete; until then you see the typing indicator",
};
