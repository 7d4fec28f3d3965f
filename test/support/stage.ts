import type { MessageRecord } from "../emulators/discord/records.ts";
import type { Parley } from "./parley.ts";

/** People talking to the bot in Discord, and what a reader of the thread sees of it. */
export type Stage = {
  /** Says something in the channel, or in the thread once there is one, and waits until the bot has answered whole. */
  says(name: string, text: string): Promise<void>;
  /** Everything in the thread, as people read it. */
  transcript(): string;
};

/** A channel of its own for one scenario; the first mention of the bot starts the thread in which it goes on. */
export function openStage({ discord }: Parley): Stage {
  const people = new Map<string, { readonly id: string }>();
  const channel = discord.addChannel({ name: "stage" });
  let place = channel.id;
  let opening: MessageRecord | undefined;

  const person = (name: string) => {
    const known = people.get(name) ?? discord.addUser(name, { displayName: name });
    people.set(name, known);
    return known;
  };
  const shown = () => discord.messages(place).filter(({ content }) => content !== "");
  const answered = (before: number) => shown().filter(({ authorId }) => authorId === discord.botId).length > before;
  const whole = () => shown().every(({ content }) => !content.includes("▌"));
  const say = (name: string, text: string) =>
    discord.say({ in: place, by: person(name), text: text.replaceAll("@Parley", `<@${discord.botId}>`) });

  const nameOf = (id: string) =>
    id === discord.botId ? "Parley" : ([...people].find(([, one]) => one.id === id)?.[0] ?? "somebody");
  const line = ({ authorId, content }: MessageRecord) =>
    `${nameOf(authorId)}: ${content.replaceAll(`<@${discord.botId}>`, "@Parley")}`;

  return {
    async says(name, text) {
      const before = shown().filter(({ authorId }) => authorId === discord.botId).length;
      const said = say(name, text);
      if (opening === undefined) {
        opening = said;
        place = said.id;
      }
      await discord.until(() => answered(opening === said ? 0 : before) && whole());
    },
    transcript: () => [...(opening === undefined ? [] : [opening]), ...shown()].map(line).join("\n"),
  };
}
