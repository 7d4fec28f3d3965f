import { allComponents } from "./components.ts";
import type { Json } from "./records.ts";
import { fields, objects } from "./routing.ts";
import { toWireChannel, toWireMember, toWireRole, toWireUser } from "./wire.ts";
import type { World } from "./world.ts";

export type OptionValue = string | number | boolean;

export type CommandCall = {
  readonly name: string;
  /** 1 slash, 3 message menu. */
  readonly type: number;
  readonly subcommand?: string;
  readonly values: Readonly<Record<string, OptionValue>>;
  readonly focused?: string;
};

/** The `data` of a command. Throws for a command, subcommand or option the bot has not registered: nobody could choose it. */
export function toCommandData(world: World, call: CommandCall): Json {
  const command = world.commands.find((known) => known["name"] === call.name && known["type"] === call.type);
  if (command === undefined && world.commands.length > 0) throw new Error(`no command ${call.name} is registered`);
  const given = call.subcommand === undefined ? command : pick(command, call.subcommand, call.name);
  const options = Object.entries(call.values).map(([name, value]) => toOption(given, name, value, call.focused));
  const nested = call.subcommand === undefined ? options : [{ name: call.subcommand, type: 1, options }];
  const resolved = Object.assign({}, ...options.map((option) => resolve(world, option))) as Json;
  return { id: command?.["id"] ?? world.snowflake(), name: call.name, type: call.type, options: nested, resolved };
}

/** The `data` of a submitted modal, in the shape the modal was shown in. Throws for a field it does not have. */
export function toModalData(world: World, customId: string, values: Readonly<Record<string, string>>): Json {
  const shown = [...world.interactions.values()].findLast((known) => known.modal?.["custom_id"] === customId)?.modal;
  const inputs = allComponents(shown?.["components"]).filter((part) => "custom_id" in part);
  const missing = Object.keys(values).find((name) => !inputs.some((input) => input["custom_id"] === name));
  if (shown !== undefined && missing !== undefined) throw new Error(`the modal ${customId} has no field ${missing}`);
  const labelled = objects(shown?.["components"]).some((part) => part["type"] === 18);
  const components = Object.entries(values).map(([name, value], index) => {
    const type = inputs.find((input) => input["custom_id"] === name)?.["type"] ?? 4;
    const input = { type, id: index * 2 + 2, custom_id: name, ...(type === 4 ? { value } : { values: [value] }) };
    const id = index * 2 + 1;
    return labelled ? { type: 18, id, component: input } : { type: 1, id, components: [input] };
  });
  return { custom_id: customId, components };
}

function pick(command: Json | undefined, name: string, of: string): Json | undefined {
  const found = objects(command?.["options"]).find((option) => option["name"] === name);
  if (command !== undefined && found === undefined) throw new Error(`/${of} has no ${name}`);
  return found;
}

function toOption(command: Json | undefined, name: string, value: OptionValue, focused?: string): Json {
  const type = pick(command, name, String(command?.["name"]))?.["type"] ?? guessType(value);
  return { name, type, value, ...(focused === name ? { focused: true } : {}) };
}

function guessType(value: OptionValue): number {
  if (typeof value === "boolean") return 5;
  if (typeof value === "string") return 3;
  return Number.isInteger(value) ? 4 : 10;
}

function resolve(world: World, { type, value }: Json): Json {
  const id = String(value);
  const user = world.users.get(id);
  const role = world.roles.get(id);
  const channel = world.channels.get(id);
  if (type === 6 && user)
    return { users: { [id]: toWireUser(user) }, members: { [id]: { ...toWireMember(user), permissions: "0" } } };
  if (type === 8 && role) return { roles: { [id]: toWireRole(role) } };
  if (type === 7 && channel) return { channels: { [id]: fields(toWireChannel(world, channel)) } };
  return {};
}
