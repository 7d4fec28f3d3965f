import type { Json } from "./records.ts";
import { fields, objects } from "./routing.ts";

/** Every component of a message or modal, the nested ones included. */
export function allComponents(components: unknown): readonly Json[] {
  return objects(components).flatMap((part) => {
    const inner = "component" in part ? [fields(part["component"])] : [];
    const accessory = "accessory" in part ? [fields(part["accessory"])] : [];
    return [part, ...allComponents([...inner, ...accessory, ...objects(part["components"])])];
  });
}

/** The component with a custom id. Throws where a person could not press it: absent, or disabled. */
export function pressable(components: unknown, customId: string): Json {
  const all = allComponents(components).filter((part) => "custom_id" in part);
  const found = all.find((part) => part["custom_id"] === customId);
  const known = all.map((part) => String(part["custom_id"])).join(", ") || "none";
  if (found === undefined) throw new Error(`no component ${customId} on the message, which has ${known}`);
  if (found["disabled"] === true) throw new Error(`component ${customId} is disabled`);
  return found;
}
