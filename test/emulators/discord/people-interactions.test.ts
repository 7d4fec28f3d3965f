import { type Client, Events, type Interaction, InteractionResponseType, MessageFlags } from "discord.js";
import { expect, test } from "vitest";
import { connect } from "./real-client.ts";

const row = (...parts: object[]) => ({ type: 1, components: parts });
const button = { type: 2, style: 1, custom_id: "again", label: "Again" };

test("a pressed button changes its message", async () => {
  const { discord, client } = await connect(
    on(async (interaction) => {
      if (interaction.isButton())
        await interaction.update({ content: `pressed ${interaction.customId}`, components: [] });
    }),
  );
  const message = await send(client, discord.channel.id, { content: "press", components: [row(button)] });
  const pressed = discord.press({ message, customId: "again" });
  await discord.until(() => pressed.ackAt !== undefined);
  expect(pressed.responseType).toBe(InteractionResponseType.UpdateMessage);
  expect(discord.message(message)?.states.map((state) => state.content)).toEqual(["press", "pressed again"]);
  expect(() => discord.press({ message, customId: "again" })).toThrow("no component again");
  expect(discord.problems).toEqual([]);
});

test("a modal is shown, filled in and answered", async () => {
  const { discord, client } = await connect(
    on(async (interaction) => {
      if (interaction.isModalSubmit()) {
        await interaction.reply({
          content: interaction.fields.getTextInputValue("text"),
          flags: MessageFlags.Ephemeral,
        });
      } else if (interaction.isButton()) {
        const input = { type: 4, custom_id: "text", style: 2 };
        await interaction.showModal({
          custom_id: "form",
          title: "Persona",
          components: [{ type: 18, label: "Text", component: input }],
        });
      }
    }),
  );
  const message = await send(client, discord.channel.id, { content: "press", components: [row(button)] });
  const pressed = discord.press({ message, customId: "again" });
  await discord.until(() => pressed.modal !== undefined);
  const form = discord.submit({ in: discord.channel, customId: "form", fields: { text: "a pirate" } });
  await discord.until(() => form.messages.length === 1);
  expect(form.messages[0]).toMatchObject({ content: "a pirate", flags: MessageFlags.Ephemeral });
  expect(() => discord.submit({ in: discord.channel, customId: "form", fields: { other: "" } })).toThrow(
    "no field other",
  );
  expect(discord.problems).toEqual([]);
});

test("autocomplete offers choices, with what was typed and by whom", async () => {
  const { discord } = await connect(
    on(async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      const may = interaction.memberPermissions?.has("ManageGuild") ? "boss" : "guest";
      await interaction.respond([{ name: `${may} ${interaction.options.getFocused()}`, value: "1" }]);
    }),
  );
  const boss = discord.addUser("bea", { permissions: 1n << 5n });
  const focused = { name: "name", value: "pi" };
  const typed = [discord.someone, boss].map((by) =>
    discord.autocomplete({ in: discord.channel, by, name: "persona", focused }),
  );
  await discord.until(() => typed.every((asked) => asked.choices !== undefined));
  expect(typed.map((asked) => asked.choices?.[0]?.["name"])).toEqual(["guest pi", "boss pi"]);
});

test("a message menu carries its message, and a public answer stands in the channel", async () => {
  const { discord, client } = await connect(
    on(async (interaction) => {
      if (interaction.isMessageContextMenuCommand())
        await interaction.reply(`about ${interaction.targetMessage.content}`);
    }),
  );
  await client.application?.commands.set([{ name: "Continue here", type: 3 }]);
  const target = discord.say({ in: discord.channel, text: "this" });
  discord.contextMenu({ in: discord.channel, name: "Continue here", target });
  await discord.until(() => discord.messages(discord.channel).length === 2);
  expect(discord.messages(discord.channel)[1]).toMatchObject({ content: "about this", type: 23 });
  expect(() => discord.slash({ in: discord.channel, name: "unknown" })).toThrow("no command unknown");
  expect(discord.problems).toEqual([]);
});

test("a second answer is refused, and one after the token's life too", async () => {
  let now = 0;
  const codes: unknown[] = [];
  const note = (error: unknown) => codes.push((error as { code?: unknown }).code);
  const { discord, client } = await connect(
    on(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.reply("first");
      await client.rest
        .post(`/interactions/${interaction.id}/${interaction.token}/callback`, { body: { type: 5 }, auth: false })
        .catch(note);
      await interaction.editReply("in time");
      now += 16 * 60_000;
      await interaction.editReply("too late").catch(note);
    }),
    { clock: { now: () => now } },
  );
  const asked = discord.slash({ in: discord.channel, name: "ask" });
  await expect.poll(() => codes).toEqual([40060, 50027]);
  expect(asked.messages[0]?.content).toBe("in time");
});

function on(answer: (interaction: Interaction) => Promise<unknown>): (client: Client) => void {
  return (client) => client.on(Events.InteractionCreate, answer);
}

async function send(client: Client, channelId: string, body: object): Promise<{ readonly id: string }> {
  return (await client.rest.post(`/channels/${channelId}/messages`, { body })) as { id: string };
}
