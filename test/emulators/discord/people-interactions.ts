import { isDirect } from "./channel-types.ts";
import { pressable } from "./components.ts";
import { type OptionValue, toCommandData, toModalData } from "./interaction-data.ts";
import { interactionType } from "./numbers.ts";
import { channelAt, idOf, messageAt, type Ref } from "./people.ts";
import { permissionsIn } from "./permissions.ts";
import type { ChannelRecord, InteractionRecord, Json, Live, UserRecord } from "./records.ts";
import { toInteractionChannel, toWireMember, toWireUser } from "./wire.ts";
import { toGatewayMessage, toWireMessage } from "./wire-message.ts";
import type { World } from "./world.ts";

type Place = { readonly in: Ref; readonly by?: Ref };
type Command = Place & { readonly name: string; readonly subcommand?: string };

export type Interactions = {
  slash(command: Command & { readonly options?: Readonly<Record<string, OptionValue>> }): InteractionRecord;
  autocomplete(
    typed: Command & { readonly focused: { readonly name: string; readonly value: string } },
  ): InteractionRecord;
  contextMenu(chosen: Place & { readonly name: string; readonly target: Ref }): InteractionRecord;
  press(pressed: {
    readonly by?: Ref;
    readonly message: Ref;
    readonly customId: string;
    readonly values?: readonly string[];
    /** A changed client says that it was pressed; no such button stands there. */
    readonly forged?: true;
  }): InteractionRecord;
  submit(
    form: Place & {
      readonly customId: string;
      readonly fields: Readonly<Record<string, string>>;
      readonly message?: Ref;
    },
  ): InteractionRecord;
};

type Start = Place & { readonly type: number; readonly name: string; readonly data: Json; readonly message?: Ref };

/** The interactions people start; each returns the record that the bot's answers fill in. */
export function createInteractions(world: World, someone: UserRecord): Interactions {
  const start = (given: Start): InteractionRecord => {
    const channel = channelAt(world, given.in);
    const user = world.users.get(idOf(given.by ?? someone)) ?? someone;
    const interaction: Live<InteractionRecord> = {
      id: world.snowflake(),
      token: world.secret(),
      type: given.type,
      name: given.name,
      channelId: channel.id,
      userId: user.id,
      createdAt: world.now(),
      ephemeral: false,
      messages: [],
      ...(given.message === undefined ? {} : { sourceId: idOf(given.message) }),
    };
    world.interactions.set(interaction.id, interaction);
    const payload = () => toPayload(world, interaction, { channel, user, data: given.data });
    world.events.send({ type: "INTERACTION_CREATE", intent: 0, payload });
    world.changes.send();
    return interaction;
  };

  return {
    slash(command) {
      const data = toCommandData(world, { ...command, type: 1, values: command.options ?? {} });
      return start({ ...command, type: interactionType.command, data });
    },
    autocomplete(typed) {
      const values = { [typed.focused.name]: typed.focused.value };
      const data = toCommandData(world, { ...typed, type: 1, values, focused: typed.focused.name });
      return start({ ...typed, type: interactionType.autocomplete, data });
    },
    contextMenu(chosen) {
      const target = messageAt(world, chosen.target);
      const resolved = { messages: { [target.id]: toWireMessage(world, target) } };
      const data = {
        ...toCommandData(world, { name: chosen.name, type: 3, values: {} }),
        target_id: target.id,
        resolved,
      };
      return start({ ...chosen, type: interactionType.command, data });
    },
    press(pressed) {
      const message = messageAt(world, pressed.message);
      const { type, id } = pressed.forged ? { type: 2, id: 1 } : pressable(message.components, pressed.customId);
      const values = pressed.values === undefined ? {} : { values: pressed.values };
      const data = { custom_id: pressed.customId, component_type: type, id: id ?? 1, ...values };
      return start({
        ...pressed,
        in: message.channelId,
        type: interactionType.component,
        name: pressed.customId,
        data,
      });
    },
    submit(form) {
      const data = toModalData(world, form.customId, form.fields);
      return start({ ...form, type: interactionType.modal, name: form.customId, data });
    },
  };
}

type Scene = { readonly channel: ChannelRecord; readonly user: UserRecord; readonly data: Json };

function toPayload(world: World, interaction: InteractionRecord, { channel, user, data }: Scene): Json {
  const source = world.messages.get(interaction.sourceId ?? "");
  const direct = isDirect(channel);
  const person = direct
    ? { user: toWireUser(user), authorizing_integration_owners: { "0": "0" }, context: 1 }
    : {
        guild_id: world.guild.id,
        guild: { id: world.guild.id, locale: "en-US", features: [] },
        guild_locale: "en-US",
        member: { ...toWireMember(user), user: toWireUser(user), permissions: user.permissions.toString() },
        authorizing_integration_owners: { "0": world.guild.id },
        context: 0,
      };
  return {
    id: interaction.id,
    application_id: world.applicationId,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    data,
    channel_id: channel.id,
    channel: toInteractionChannel(world, channel, user),
    app_permissions: permissionsIn(world, channel).toString(),
    locale: "en-US",
    entitlements: [],
    attachment_size_limit: 10 * 1024 * 1024,
    ...(source === undefined ? {} : { message: toGatewayMessage(world, source, -1) }),
    ...person,
  };
}
