import { codeReply, cutStory, introduction, longReply, slowWords, tableReply, wordsToTry } from "./demo-texts.ts";

/** A message as it was sent; the role of the system message has several names. */
export type DemoMessage = { readonly role: string; readonly content: string };

/** What the demo says, and how. */
export type DemoReply = {
  readonly text: string;
  readonly finish: "stop" | "length";
  /** Words, one a second, instead of tokens at the usual speed. */
  readonly slow?: true;
  /** Breaks the connection instead of ending. */
  readonly breaks?: true;
};

/** Chooses the demo's answer by the words of the last message. Pure. */
export function demoReply(messages: readonly DemoMessage[]): DemoReply {
  const asked = lastWords(messages);
  if (/\b(go on|continue)\b/i.test(asked)) return { text: restOf(lastAnswer(messages)), finish: "stop" };
  const known = keywords.find(({ word }) => word.test(asked));
  return known?.reply ?? { text: greeting(asked, messages), finish: "stop" };
}

const keywords: readonly { readonly word: RegExp; readonly reply: DemoReply }[] = [
  { word: /\bcode\b/i, reply: { text: codeReply, finish: "stop" } },
  { word: /\btable\b/i, reply: { text: tableReply, finish: "stop" } },
  { word: /\blong\b/i, reply: { text: longReply, finish: "stop" } },
  { word: /\bslow(ly)?\b/i, reply: { text: slowWords, finish: "stop", slow: true } },
  { word: /\bcut\b/i, reply: { text: cutStory.slice(0, cutStory.indexOf("the lamp went out")), finish: "length" } },
  { word: /\berror\b/i, reply: { text: "This answer breaks off in the middle of a", finish: "stop", breaks: true } },
];

/** What the person said last, without the tags, the quotes and the remarks that Parley adds. */
function lastWords(messages: readonly DemoMessage[]): string {
  const content = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const last = content.split('<message from="').at(-1) ?? "";
  const [body = ""] = last === content ? [content] : last.slice(last.indexOf(">") + 1).split("</message>");
  return withoutEach(withoutEach(withoutEach(body, "<quote ", "</quote>"), "<attachment ", ">"), cutOff, ")").trim();
}

const cutOff = "(Your last message was cut off";

/** The text without what stands between these, and without them. */
function withoutEach(text: string, from: string, to: string): string {
  const [first = "", ...others] = text.split(from);
  const rests = others.map((other) => {
    const end = other.indexOf(to);
    return end === -1 ? from + other : other.slice(end + to.length);
  });
  return first + rests.join("");
}

function lastAnswer(messages: readonly DemoMessage[]): string {
  return messages.findLast(({ role }) => role === "assistant")?.content.trim() ?? "";
}

/** The demo has no memory of its own: it finds what it said in its texts and goes on behind it. */
function restOf(said: string): string {
  const whole = [cutStory, longReply, codeReply, tableReply, slowWords].find(
    (text) => said !== "" && text.includes(said),
  );
  const rest = whole?.slice(whole.lastIndexOf(said) + said.length) ?? "";
  return rest.trim() === "" ? `There is nothing to go on with. ${wordsToTry}` : rest;
}

function greeting(asked: string, messages: readonly DemoMessage[]): string {
  const persona = messages.find(({ role }) => role === "system" || role === "developer")?.content ?? "";
  const turns = messages.filter(({ role }) => role === "user" || role === "assistant").length;
  const memory = turns <= 1 ? "this is the first message of it" : `I got ${turns} messages of it, this one included`;
  const paragraphs = [
    introduction,
    asked === "" ? "You wrote nothing that I can read." : `You wrote: “${shorten(asked, 300)}”`,
    `- The conversation: ${memory}.\n- The persona: ${persona === "" ? "none was sent along." : `“${shorten(persona, 120)}”`}`,
    wordsToTry,
    "For a real model, set `OPENAI_API_KEY`, or `OPENAI_BASE_URL` for a server of your own, and start me again.",
  ];
  return paragraphs.join("\n\n");
}

function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).toWellFormed()}…`;
}
