import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";

export type ApiRequest = { readonly method: string; readonly path: string; readonly body: unknown };

export type ApiSpec = {
  /** What the document has against a request, empty when nothing; `path` is relative to the document's server address. */
  check(request: ApiRequest): readonly string[];
};

type Part = Readonly<Record<string, unknown>>;

const opened = new Map<string, ApiSpec | undefined>();

/**
 * Opens one of the official OpenAPI documents, to judge the bot's requests by. Undefined where the folder of documents is not
 * there (`API_SPECS`, or `../shared/specs` beside the repository). Schemas compile when first needed, once a process.
 */
export function openSpec(file: string): ApiSpec | undefined {
  if (!opened.has(file)) opened.set(file, readSpec(file));
  return opened.get(file);
}

/** The folder with the official API documents, or undefined on a machine without them. */
export function specFolder(): string | undefined {
  const folder = process.env["API_SPECS"] ?? join(import.meta.dirname, "../../../shared/specs");
  return existsSync(folder) ? folder : undefined;
}

function readSpec(file: string): ApiSpec | undefined {
  const folder = specFolder();
  if (folder === undefined || !existsSync(join(folder, file))) return undefined;
  const document = toModern(JSON.parse(readFileSync(join(folder, file), "utf8"))) as Part;
  const paths = Object.keys(document["paths"] as Part);
  // `logger: false`: the documents are full of keywords and formats only their makers know.
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateSchema: false,
    unicodeRegExp: false,
    logger: false,
    formats,
  });
  ajv.addSchema(document, "document");
  const compiled = new Map<string, ValidateFunction>();
  const compile = (pointer: string) => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` });
    compiled.set(pointer, known);
    return known;
  };

  return {
    check({ method, path, body }) {
      const template = findTemplate(paths, path);
      const operation = at(document, ["paths", template ?? "", method.toLowerCase()]);
      if (template === undefined || operation === undefined) return [`${method} ${path}: no such operation`];
      const keys = ["paths", template, method.toLowerCase(), "requestBody", "content", "application/json", "schema"];
      if (at(document, keys) === undefined)
        return body === undefined ? [] : [`${method} ${template}: takes no JSON body`];
      const required = at(operation, ["requestBody", "required"]) === true;
      if (body === undefined) return required ? [`${method} ${template}: the body is missing`] : [];
      const validate = compile(toPointer(keys));
      return validate(body) ? [] : summarize(validate.errors ?? []).map((error) => `${method} ${template}: ${error}`);
    },
  };
}

const formats = {
  snowflake: /^(0|[1-9]\d{0,19})$/,
  nonce: true,
  uri: (text: string) => URL.canParse(text),
  "date-time": (text: string) => !Number.isNaN(Date.parse(text)),
  date: true,
  binary: true,
  unixtime: true,
  int32: true,
  int64: true,
  float: true,
  double: true,
} as const;

/** Turns 3.0's `nullable` into a type of its own, which is all that 2020-12 understands. */
function toModern(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toModern);
  if (typeof value !== "object" || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toModern(part)]));
  if (nullable === undefined) return rest;
  if (typeof nullable !== "boolean") return { ...rest, nullable };
  return nullable ? { anyOf: [{ type: "null" }, rest] } : rest;
}

/** The template with the most literal segments, so that `@original` is not taken for a message id. */
function findTemplate(templates: readonly string[], path: string): string | undefined {
  const given = path.split("/");
  const fits = (template: string) => {
    const parts = template.split("/");
    return parts.length === given.length && parts.every((part, index) => part.startsWith("{") || part === given[index]);
  };
  const parameters = (template: string) => template.split("{").length;
  return templates.filter(fits).sort((a, b) => parameters(a) - parameters(b))[0];
}

function at(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (part, key) => (typeof part === "object" && part !== null ? (part as Part)[key] : undefined),
    value,
  );
}

function toPointer(keys: readonly string[]): string {
  return keys.map((key) => `/${encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");
}

/** The deepest complaints first: in a union, the branch that was meant gets furthest. */
function summarize(errors: readonly ErrorObject[]): readonly string[] {
  const depth = (error: ErrorObject) => error.instancePath.split("/").length;
  const lines = [...errors]
    .sort((a, b) => depth(b) - depth(a))
    .map((error) => `${error.instancePath || "/"} ${error.message ?? error.keyword} ${detail(error)}`.trim());
  return [...new Set(lines)].slice(0, 8);
}

function detail(error: ErrorObject): string {
  const { allowedValue, allowedValues, additionalProperty } = error.params as Part;
  const known = allowedValue ?? allowedValues ?? additionalProperty;
  return known === undefined ? "" : `(${String(known)})`;
}
