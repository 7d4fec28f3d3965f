/** Where a question can be found again after a restart. An interaction's token is good for fifteen minutes, and for nothing but its answer. */
export type Origin =
  | { readonly kind: "message"; readonly channel: string }
  | {
      readonly kind: "interaction";
      readonly channel: string;
      readonly id: string;
      readonly application: string;
      readonly token: string;
      readonly isButton: boolean;
    };

export const originOfMessage = (channel: string): string => `message ${channel}`;

type Interaction = {
  readonly channelId: string | null;
  readonly id: string;
  readonly applicationId: string;
  readonly token: string;
  isMessageComponent(): boolean;
};

export function originOfInteraction(interaction: Interaction): string {
  const { channelId, id, applicationId, token } = interaction;
  const kind = interaction.isMessageComponent() ? "button" : "command";
  return `${kind} ${channelId ?? ""} ${id} ${applicationId} ${token}`;
}

/** Undefined for what no version of this code wrote. */
export function toOrigin(text: string): Origin | undefined {
  const [kind, channel, id, application, token] = text.split(" ");
  if (channel === undefined) return undefined;
  if (kind === "message") return { kind, channel };
  if (kind !== "button" && kind !== "command") return undefined;
  if (id === undefined || application === undefined || token === undefined) return undefined;
  return { kind: "interaction", channel, id, application, token, isButton: kind === "button" };
}
