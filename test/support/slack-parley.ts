import { createSlack, type SlackSettings } from "../../adapters/slack/index.ts";
import { type Slack, type SlackOptions, startSlack } from "../emulators/slack/slack-emulator.ts";
import { type CoreOptions, type OpenedCore, openCore } from "./core.ts";

export type SlackParley = Pick<OpenedCore, "ai" | "log" | "store"> & {
  readonly slack: Slack;
  /** What the adapter keeps. */
  readonly notes: OpenedCore["context"]["notes"];
  readonly quits: readonly (string | undefined)[];
  /** Ends the bot alone; Slack goes on. */
  leave(): Promise<void>;
  stop(): Promise<void>;
};

export type SlackParleyOptions = CoreOptions & {
  readonly slack?: SlackOptions;
  /** A Slack that runs already: a bot that comes back. */
  readonly at?: Slack;
  readonly adapter?: Partial<SlackSettings>;
};

/** The whole bot with the real clients: Bolt on the Slack emulator, openai on the OpenAI emulator, SQLite in memory. */
export async function startSlackParley(options: SlackParleyOptions = {}): Promise<SlackParley> {
  const slack =
    options.at ??
    (await startSlack({ ...(options.time === undefined ? {} : { clock: options.time }), ...options.slack }));
  const { bot, context, stop, ...core } = await openCore(options);
  const settings: SlackSettings = {
    apiUrl: slack.apiUrl,
    access: { kind: "token", token: slack.botToken },
    delivery: { kind: "socket", appToken: slack.appToken },
    ...options.adapter,
  };
  const adapter = createSlack(settings, context);
  await adapter.start(bot.receive);
  const leave = async () => {
    await adapter.stop();
    await stop();
  };

  return {
    ...core,
    slack,
    notes: context.notes,
    quits: context.quits,
    leave,
    async stop() {
      await leave().finally(slack.stop);
    },
  };
}
