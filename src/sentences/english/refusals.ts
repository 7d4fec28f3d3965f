import { count, dollars, number, questions } from "./format.ts";

const areWaiting = (value: number): string => count(value, { one: "question is", other: "questions are" });
const whose = (noun: string | undefined): string => (noun === undefined ? "your" : `this ${noun}'s`);

/** Why something is not done, said to the person alone where the platform can. */
export const refusals = {
  notAllowed: "Sorry, I'm not allowed to answer you here. If you think this is a mistake, ask the person who runs me.",
  unverified: (platform: string) => `I could not ask ${platform} whether you may do that. Try again in a minute.`,
  mayNot: (who: string, act: string) => `Only ${who} can ${act}.`,
  whoMay: {
    thread: "people who may manage this thread",
    channel: "people who may manage this channel",
    server: "people who may manage this server",
  },
  insideThread: "Inside a thread, use the same command for that thread only.",
  loop: "I gave too many answers in this thread in one minute. I'll pause for a minute. If another bot is replying to me, please stop it.",
  fullPerson: (most: number) =>
    `You already have ${questions(most)} waiting, so I won't answer this one. Ask it again when some are answered.`,
  fullPlace: (most: number) =>
    `${areWaiting(most)} already waiting here, so I won't answer this one. Ask it again when some are answered.`,
  fullCommands: (most: number) =>
    `You already have ${count(most, { one: "command", other: "commands" })} waiting, so I won't run this one. Try it again when some are done.`,
  limits: { requests: questions, tokens: (value: number) => `${number(value)} tokens`, dollars },
  /** `noun` is what people here call a server; undefined where the limit is the person's own. */
  reached: (noun: string | undefined, amount: string, resetsIn: string) =>
    `${noun === undefined ? "You've reached your" : `This ${noun} has reached its`} daily limit of ${amount}. You can ask again in ${resetsIn} (at 00:00 UTC).`,
  reserved: (noun: string | undefined, amount: string) =>
    `The rest of ${whose(noun)} daily limit of ${amount} is reserved for answers I'm still writing. Ask again when they are done.`,
  tooLarge: (noun: string | undefined, amount: string) =>
    `This question, with the conversation before it, is larger than ${whose(noun)} daily limit of ${amount}. Ask me in a new thread, or say \`reset\` to start over.`,
};
