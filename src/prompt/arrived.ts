import {
  type Attachment,
  type Author,
  type BotEvent,
  type EarlierMessage,
  longestQuote,
  type MessageEvent,
  type Place,
  type Quote,
  truncate,
} from "../port/index.ts";
import { marked } from "./cut-message.ts";

/** UTF-16 units of each; far more than people need, so that only texts meant to do harm are cut. */
const longest = { text: 1_000_000, option: 40_000, name: 200, address: 2_000 };

/** Further files of one message are counted and not kept. */
const mostFiles = 50;

/**
 * An event as the core takes it in: each text from people is well-formed Unicode and has a bound, so that whatever reads, keeps or
 * sends it later need not ask.
 */
export function arrived(event: BotEvent): BotEvent {
  switch (event.kind) {
    case "deleted":
      return event;
    case "command":
      return { ...event, ...who(event), options: optionsOf(event.options) };
    case "message":
    case "edited":
      return { ...event, ...who(event), ...wordsOf(event) };
  }
}

/** The same for a message that was read back from the platform. */
export function arrivedEarlier(message: EarlierMessage): EarlierMessage {
  const { files, more } = filesOf(message.attachments);
  return { ...message, author: authorOf(message.author), text: textOf(message.text), attachments: files, ...more };
}

type Who = { readonly place: Place; readonly author: Author };

const who = ({ place, author }: Who): Who => ({ place: placeOf(place), author: authorOf(author) });

const authorOf = ({ id, name }: Author): Author => ({ id, name: truncate(name, longest.name) });

function placeOf(place: Place): Place {
  const { channelName, serverName, bot } = place;
  return {
    ...place,
    bot: truncate(bot, longest.name),
    ...(channelName === undefined ? {} : { channelName: truncate(channelName, longest.name) }),
    ...(serverName === undefined ? {} : { serverName: truncate(serverName, longest.name) }),
  };
}

type Words = Pick<MessageEvent, "text" | "quote" | "attachments" | "moreFiles" | "quotedQuestion">;

function wordsOf({ text, quote, attachments, quotedQuestion }: Words): Words {
  const { files, more } = filesOf(attachments);
  return {
    text: textOf(text),
    ...(quote === undefined ? {} : { quote: quoteOf(quote) }),
    attachments: files,
    ...more,
    ...(quotedQuestion === undefined ? {} : { quotedQuestion: truncate(quotedQuestion, longestQuote) }),
  };
}

/** What is missing is told, as wherever a message is cut. */
const textOf = (text: string): string =>
  text.length <= longest.text ? text.toWellFormed() : marked(text.slice(0, longest.text).toWellFormed(), "message");

const quoteOf = (quote: Quote): Quote => ({
  ...quote,
  author: truncate(quote.author, longest.name),
  text: truncate(quote.text, longestQuote),
});

type Files = { readonly files: readonly Attachment[]; readonly more: Pick<MessageEvent, "moreFiles"> };

function filesOf(attachments: readonly Attachment[]): Files {
  const moreFiles = Math.max(0, attachments.length - mostFiles);
  return { files: attachments.slice(0, mostFiles).map(fileOf), more: moreFiles === 0 ? {} : { moreFiles } };
}

/** An address that is too long is left out, not cut: its beginning could lead elsewhere. */
const fileOf = ({ name, mediaType, bytes, url }: Attachment): Attachment => ({
  name: truncate(name, longest.name),
  mediaType: truncate(mediaType, longest.name),
  bytes,
  url: url.length > longest.address ? "" : url.toWellFormed(),
});

const optionsOf = (options: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [name, truncate(value, longest.option)]));
