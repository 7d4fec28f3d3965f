/** A request Discord refuses: the status, the JSON error code and its words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly details: unknown;

  constructor(status: number, code: number, message: string, details?: unknown) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes */
export const refusals = {
  unauthorized: () => new Refusal(401, 0, "401: Unauthorized"),
  notFound: () => new Refusal(404, 0, "404: Not Found"),
  unknownChannel: () => new Refusal(404, 10003, "Unknown Channel"),
  unknownGuild: () => new Refusal(404, 10004, "Unknown Guild"),
  unknownMember: () => new Refusal(404, 10007, "Unknown Member"),
  unknownMessage: () => new Refusal(404, 10008, "Unknown Message"),
  unknownUser: () => new Refusal(404, 10013, "Unknown User"),
  unknownWebhook: () => new Refusal(404, 10015, "Unknown Webhook"),
  unknownInteraction: () => new Refusal(404, 10062, "Unknown interaction"),
  alreadyAcknowledged: () => new Refusal(400, 40060, "Interaction has already been acknowledged."),
  tooManyAttachments: () => new Refusal(400, 30015, "Maximum number of attachments in a message reached (10)"),
  tooLarge: () => new Refusal(413, 40005, "Request entity too large. Try sending something smaller in size"),
  missingAccess: () => new Refusal(403, 50001, "Missing Access"),
  notAuthor: () => new Refusal(403, 50005, "Cannot edit a message authored by another user"),
  emptyMessage: () => new Refusal(400, 50006, "Cannot send an empty message"),
  missingPermissions: () => new Refusal(403, 50013, "Missing Permissions"),
  wrongChannelType: () => new Refusal(400, 50024, "Cannot execute action on this channel type"),
  webhookExpired: () => new Refusal(401, 50027, "Invalid Webhook Token"),
  threadArchived: () => new Refusal(400, 50083, "Thread is archived"),
  threadExists: () => new Refusal(400, 160004, "A thread has already been created for this message"),
  noHistory: () => new Refusal(400, 160002, "Cannot reply without permission to read message history"),
  invalidForm: (field: string, why: string) =>
    new Refusal(400, 50035, "Invalid Form Body", { [field]: { _errors: [{ code: "INVALID", message: why }] } }),
} as const;
