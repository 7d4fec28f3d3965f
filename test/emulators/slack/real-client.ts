import { App, type AppOptions, HTTPReceiver, LogLevel, webApi } from "@slack/bolt";
import { onTestFinished } from "vitest";
import { type Slack, type SlackOptions, startSlack } from "./slack-emulator.ts";

/** Silent: what goes wrong shows in the emulator's records. */
export const quiet = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

/** An emulator that ends with the test, and a Web API client that neither retries nor waits. */
export async function openSlack(options: SlackOptions = {}): Promise<{ slack: Slack; client: webApi.WebClient }> {
  const slack = await startSlack(options);
  onTestFinished(slack.stop);
  return { slack, client: openClient(slack) };
}

export function openClient(slack: Slack, token = slack.botToken): webApi.WebClient {
  return new webApi.WebClient(token, {
    slackApiUrl: slack.apiUrl,
    logger: quiet,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
}

export type Connected = { readonly slack: Slack; readonly client: webApi.WebClient; readonly app: App };

/** The same with a Bolt app on Socket Mode; `listen` adds its listeners before the first event can come. */
export async function connect(listen: (app: App) => void = () => {}, options: SlackOptions = {}): Promise<Connected> {
  const { slack, client } = await openSlack(options);
  const app = openApp(slack, { appToken: slack.appToken, socketMode: true });
  listen(app);
  await app.start();
  await slack.ready();
  return { slack, client, app };
}

/** A Bolt app that listens over HTTP, on a free port. */
export async function connectOverHttp(
  listen: (app: App) => void = () => {},
  options: SlackOptions = {},
): Promise<Connected> {
  const { slack, client } = await openSlack({ mode: "http", ...options });
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logger: quiet });
  const app = openApp(slack, { receiver });
  listen(app);
  const server = await app.start(0);
  const address = "address" in server ? server.address() : null;
  const port = typeof address === "object" ? address?.port : undefined;
  slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  return { slack, client, app };
}

function openApp(slack: Slack, options: AppOptions): App {
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const app = new App({ token: slack.botToken, clientOptions, logger: quiet, ...options });
  onTestFinished(async () => {
    await app.stop();
  });
  return app;
}

/** The error code a call is refused with, or what it answers. */
export async function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (answer) => answer,
    (error: { readonly data?: { readonly error?: string }; readonly code?: string }) => error.data?.error ?? error.code,
  );
}
