import type { AddressInfo } from "node:net";
import { patienceMs, until } from "../until.ts";
import { createAnswers } from "./answers.ts";
import { dump } from "./dump.ts";
import { publish } from "./events.ts";
import { createHttpDelivery } from "./http-delivery.ts";
import { tokensRevoked } from "./methods-lookup.ts";
import { createCode } from "./methods-oauth.ts";
import { type SlackOptions, toSettings } from "./options.ts";
import { createPeople } from "./people.ts";
import { createInteractions } from "./people-interactions.ts";
import { addChannel, addTeam, addUser, createTeam, direct } from "./places.ts";
import { keyOf, type Ref } from "./refs.ts";
import { createRest } from "./rest.ts";
import type { Slack } from "./slack.ts";
import { createSockets } from "./sockets.ts";
import { repliesTo, topLevel } from "./standing.ts";
import { threadKey } from "./statuses.ts";
import { endStream, liveStreams } from "./streams.ts";
import { endTokens } from "./tokens.ts";
import { createWorld, type Team } from "./world.ts";

export type { SlackOptions } from "./options.ts";
export type { Ref } from "./refs.ts";
export type { Slack } from "./slack.ts";

/** Starts a Slack of one workspace and one app on a free port of this machine, for the real clients to talk to. */
export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const world = createWorld(toSettings(options));
  const rest = createRest(world);
  const sockets = createSockets(world, rest.server);
  const http = createHttpDelivery(world);
  rest.answerWith(createAnswers(world, sockets));
  await new Promise<void>((resolve) => rest.server.listen(0, "127.0.0.1", resolve));
  world.origin = `http://127.0.0.1:${(rest.server.address() as AddressInfo).port}`;
  const home = createTeam(world, { name: "Test team", domain: "test", installed: true });
  world.tokens.set(world.appToken, { kind: "app", teamId: home.id });
  const someone = addUser(world, "sam", { displayName: "Sam" });
  const channel = addChannel(world, { name: "general" });
  const teamOf = (ref: Ref = home): Team => world.teams.get(keyOf(ref)) ?? home;
  const tellUninstalled = (team: Team) => {
    publish(world, team, { name: "app_uninstalled", event: { type: "app_uninstalled" } });
    publish(world, team, tokensRevoked(team.botUserId));
  };
  const reachable = () => (world.settings.mode === "http" ? http.reachable() : sockets.counts.live > 0);

  const watched = { changes: world.changes, dump: () => dump(world) };
  return {
    ...createPeople(world, someone),
    ...createInteractions(world, someone),
    apiUrl: `${world.origin}/api/`,
    botToken: home.botToken,
    appToken: world.appToken,
    signingSecret: world.signingSecret,
    clientId: world.clientId,
    clientSecret: world.clientSecret,
    appId: world.appId,
    team: { id: home.id, name: home.name, domain: home.domain },
    botUserId: home.botUserId,
    botId: home.botId,
    channel,
    someone,
    addTeam: (wish) => addTeam(world, wish),
    addChannel: (wish) => addChannel(world, wish),
    addUser: (name, wish) => addUser(world, name, wish),
    direct: (user) => direct(world, keyOf(user)),
    uninstall(ref) {
      const team = teamOf(ref);
      tellUninstalled(team);
      team.installed = false;
      endTokens(world, team.id, "account_inactive");
    },
    tellUninstalled: (ref) => tellUninstalled(teamOf(ref)),
    revoke: (ref) => endTokens(world, teamOf(ref).id, "token_revoked"),
    install: (ref) => createCode(world, teamOf(ref).id),
    messages: (place, thread) =>
      thread === undefined ? topLevel(world, keyOf(place)) : repliesTo(world, keyOf(place), keyOf(thread)),
    message: (ts) => world.messages.get(keyOf(ts)),
    ephemerals: (place) => world.ephemerals.filter((known) => known.channel === keyOf(place) && !known.deleted),
    statuses: (place, thread) => world.statuses.get(threadKey(keyOf(place), keyOf(thread))) ?? [],
    sessions: (place, thread) => world.sessions.get(threadKey(keyOf(place), keyOf(thread))) ?? [],
    prompts: (place) => world.prompts.filter((known) => known.channelId === keyOf(place)),
    views: world.views,
    interactions: world.interactions,
    requests: world.requests,
    rateLimited: world.rateLimited,
    problems: world.problems,
    deliveries: world.deliveries,
    deliveriesOf(message) {
      const ids = new Set(world.sent.get(keyOf(message))?.map(({ eventId }) => eventId));
      return world.deliveries.filter(({ eventId }) => eventId !== undefined && ids.has(eventId));
    },
    sockets: sockets.counts,
    until: (predicate, timeoutMs = patienceMs) => until(watched, predicate, timeoutMs),
    ready: (timeoutMs = patienceMs) => until(watched, reachable, timeoutMs),
    deliverTo: http.deliverTo,
    fail: rest.failures.add,
    call: rest.call,
    dropSockets: sockets.drop,
    refreshSockets: sockets.refresh,
    expireStreams() {
      for (const stream of liveStreams(world)) endStream(world, stream);
    },
    async stop() {
      world.timers.stop();
      http.stop();
      sockets.stop();
      rest.server.closeAllConnections();
      await new Promise((resolve) => rest.server.close(resolve));
    },
  };
}
