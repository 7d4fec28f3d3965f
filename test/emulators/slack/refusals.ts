import type { Json } from "./records.ts";

/** A call Slack refuses: the code of its `error`, and what stands beside it. */
export class Refusal extends Error {
  readonly code: string;
  readonly more: Json;

  constructor(code: string, more: Json = {}) {
    super(code);
    this.name = "Refusal";
    this.code = code;
    this.more = more;
  }
}

/** A breach that a correct bot never commits; it stands in `problems` as well. */
export class Breach extends Refusal {}

export function refuse(code: string, more?: Json): never {
  throw new Refusal(code, more);
}

/** Throws unless the fact holds. */
export function insist(holds: boolean, code: string): void {
  if (!holds) throw new Refusal(code);
}

export function breach(code: string, why: string): never {
  throw new Breach(code, { response_metadata: { messages: [`[ERROR] ${why}`] } });
}
