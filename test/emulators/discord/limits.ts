import { refusals } from "./refusals.ts";
import { fields, objects } from "./routing.ts";

/** A limit a body breaks: where, and what would be allowed. */
export type Breach = { readonly field: string; readonly why: string };

type Part = Readonly<Record<string, unknown>>;

/**
 * The limits the OpenAPI document leaves out, or leaves wider than they are.
 * https://discord.com/developers/docs/resources/message and /components/reference
 */
export function findBreaches(route: string, body: unknown): readonly Breach[] {
  if (Array.isArray(body)) return body.flatMap((command) => inCommand(fields(command)));
  const whole = fields(body);
  const data = route.endsWith("/callback") ? fields(whole["data"]) : whole;
  const message = "message" in data ? fields(data["message"]) : data;
  return [
    ...inMessage(message),
    ...objects(message["components"]).flatMap(inComponent),
    ...inChoices(data["choices"]),
    ...(route.endsWith("/threads") || (route === "/channels/:channel" && "name" in data)
      ? length(data["name"], "name", 1, 100)
      : []),
    ...("title" in data ? length(data["title"], "title", 1, 45) : []),
  ];
}

export function toRefusal(breaches: readonly Breach[]): Error | undefined {
  const [first] = breaches;
  return first && refusals.invalidForm(first.field, first.why);
}

function inMessage(message: Part): readonly Breach[] {
  const embeds = objects(message["embeds"]);
  const total = embeds.map(embedLength).reduce((sum, size) => sum + size, 0);
  return [
    ...length(message["content"], "content", 0, 2000),
    ...length(message["nonce"], "nonce", 0, 25),
    ...most(embeds, "embeds", 10),
    ...embeds.flatMap((embed) => length(embed["description"], "embeds.description", 0, 4096)),
    ...(total > 6000 ? [{ field: "embeds", why: `Embed size exceeds maximum size of 6000, is ${total}` }] : []),
  ];
}

function inComponent(part: Part): readonly Breach[] {
  const inner = [...objects(part["components"]), ...("component" in part ? [fields(part["component"])] : [])];
  const own = "custom_id" in part ? length(part["custom_id"], "custom_id", 1, 100) : [];
  const modalLabel = part["type"] === 18 || part["type"] === 4;
  return [
    ...own,
    ...("label" in part ? length(part["label"], "label", 1, modalLabel ? 45 : 80) : []),
    ...(part["type"] === 1 ? most(inner, "components", 5) : []),
    ...most(objects(part["options"]), "options", 25),
    ...inner.flatMap(inComponent),
  ];
}

function inChoices(choices: unknown): readonly Breach[] {
  const all = objects(choices);
  return [...most(all, "choices", 25), ...all.flatMap((choice) => length(choice["name"], "choices.name", 1, 100))];
}

function inCommand(command: Part): readonly Breach[] {
  const menu = command["type"] === 2 || command["type"] === 3;
  const options = objects(command["options"]);
  return [
    ...length(command["name"], "name", 1, 32),
    ...(menu ? [] : length(command["description"], "description", 1, 100)),
    ...(menu || /^[-_'\p{L}\p{N}]*$/u.test(String(command["name"]))
      ? []
      : [{ field: "name", why: "no spaces or signs" }]),
    ...most(options, "options", 25),
    ...inChoices(command["choices"]),
    ...options.flatMap(inCommand),
  ];
}

function embedLength(embed: Part): number {
  const named = [
    embed["title"],
    embed["description"],
    fields(embed["footer"])["text"],
    fields(embed["author"])["name"],
  ];
  const inFields = objects(embed["fields"]).flatMap((field) => [field["name"], field["value"]]);
  return [...named, ...inFields].map((text) => String(text ?? "").length).reduce((sum, size) => sum + size, 0);
}

function length(value: unknown, field: string, min: number, max: number): readonly Breach[] {
  if (value === undefined || value === null) return min > 0 ? [{ field, why: "This field is required" }] : [];
  const size = String(value).length;
  return size < min || size > max ? [{ field, why: `Must be between ${min} and ${max} in length, is ${size}` }] : [];
}

function most(list: readonly unknown[], field: string, max: number): readonly Breach[] {
  return list.length > max ? [{ field, why: `Must be ${max} or fewer, are ${list.length}` }] : [];
}
