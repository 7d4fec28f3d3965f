import type { ButtonRecord, Json } from "./records.ts";
import { list, text } from "./values.ts";

/** Decodes Slack's three entities, once: `&amp;lt;` reads `&lt;`. */
export function decode(source: string): string {
  return source.replaceAll(/&(lt|gt|amp);/g, (_, name: string) => entities[name] ?? "");
}

/** What goes out for a reader's text: the same three, the other way. */
export function encode(plain: string): string {
  return plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Decodes markdown's entities but leaves code as it is: there a reader sees them. */
export function decodeMarkdown(source: string): string {
  return source.replaceAll(codeOrEntity, (whole: string, ...rest: readonly unknown[]) => {
    const { entity = "" } = rest.at(-1) as { readonly entity?: string };
    return entities[entity] ?? whole;
  });
}

export type Shown = { readonly source?: string; readonly markdown?: string; readonly blocks?: readonly Json[] };

/** What a reader sees of a message. Blocks take the place of the text, and stand below a markdown text. */
export function readerText({ source = "", markdown, blocks = [] }: Shown): string {
  const below = blocks.map(blockText).filter((part) => part !== "");
  if (markdown !== undefined) return [decodeMarkdown(markdown), ...below].filter((part) => part !== "").join("\n");
  return blocks.length > 0 ? below.join("\n") : decode(source);
}

/** Every text of a message that Slack would look for mentions in. */
export function sources({ source = "", markdown = "", blocks = [] }: Shown): readonly string[] {
  return [source, markdown, ...blocks.flatMap(blockSources)];
}

export function findButtons(blocks: readonly Json[]): readonly ButtonRecord[] {
  return elementsOf(blocks).flatMap(toButtons);
}

/** The interactive elements of blocks, each with its block. */
export function elementsOf(blocks: readonly Json[]): readonly { readonly block: Json; readonly element: Json }[] {
  return blocks.flatMap((block) =>
    [...list(block["elements"]), ...list([block["accessory"], block["element"]])].map((element) => ({
      block,
      element,
    })),
  );
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&" };
/** Fences first (one left open runs to the end), then spans with as many backticks at the end as at the start. */
const fence =
  /(?:^|(?<=\n))[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?<fence>`{3,}|~{3,})[^`\n]*(?=\n|$)[\s\S]*?(?:\n[ \t>]*\k<fence>[`~]*[ \t]*(?=\n|$)|$)/;
const span = /(?<![`\\])(?<ticks>`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])*?[^`]\k<ticks>(?!`)/;
const codeOrEntity = new RegExp(`${fence.source}|${span.source}|&(?<entity>lt|gt|amp);`, "g");

function blockText(block: Json): string {
  if (block["type"] === "rich_text") return list(block["elements"]).map(richText).join("\n");
  if (block["type"] === "markdown") return decodeMarkdown(text(block["text"]));
  return blockSources(block).map(decode).join("\n");
}

/** Its texts are read as they are; nothing in them is live. */
function richText(part: Json): string {
  const words = list(part["elements"]).map((one) => text(one["text"]));
  return part["type"] === "rich_text_quote" ? `> ${words.join("").replaceAll("\n", "\n> ")}` : words.join("");
}

function blockSources(block: Json): readonly string[] {
  switch (block["type"]) {
    case "markdown":
      return [text(block["text"])];
    case "section":
      return [...list([block["text"]]), ...list(block["fields"])].map((part) => text(part["text"]));
    case "header":
      return list([block["text"]]).map((part) => text(part["text"]));
    case "context":
      return list(block["elements"]).flatMap((part) => (part["type"] === "image" ? [] : [text(part["text"])]));
    default:
      return [];
  }
}

function toButtons({ element }: { readonly element: Json }): readonly ButtonRecord[] {
  const actionId = text(element["action_id"]);
  const label = (part: unknown) => text(list([part])[0]?.["text"]);
  switch (element["type"]) {
    case "button":
    case "icon_button":
      return [{ actionId, value: text(element["value"]), text: label(element["text"]) }];
    case "feedback_buttons":
      return list([element["positive_button"], element["negative_button"]]).map((button) => ({
        actionId,
        value: text(button["value"]),
        text: label(button["text"]),
      }));
    default:
      return [];
  }
}
