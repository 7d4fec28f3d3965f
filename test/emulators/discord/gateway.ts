import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { createSignal } from "../signal.ts";
import { intent } from "./numbers.ts";
import type { Json } from "./records.ts";
import { toWireGuild } from "./wire-guild.ts";
import { toReady } from "./wire-ready.ts";
import type { GatewayEvent, World } from "./world.ts";

type Session = {
  readonly id: string;
  readonly intents: number;
  readonly log: { readonly s: number; readonly t: string; readonly d: Json }[];
  socket: WebSocket | undefined;
};

export type Gateway = {
  readonly counts: { identifies: number; resumes: number; heartbeats: number };
  /** Whether a client is connected that was told READY or RESUMED. */
  connected(): boolean;
  /** Cuts every socket without a close frame; `forget` also ends the sessions, so that RESUME is refused. */
  drop(forget?: boolean): void;
  close(code: number): void;
  /** Asks the clients to reconnect (opcode 7), as Discord does a few times a day. */
  reconnect(): void;
  stop(): void;
};

const heartbeatIntervalMs = 41_250;
const unresumable = [4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014];

/** The gateway: HELLO, IDENTIFY, RESUME with replay, heartbeats, and dispatches by intent. */
export function createGateway(world: World, server: Server, portal: { readonly url: () => string }): Gateway {
  const sockets = new WebSocketServer({ server });
  const sessions = new Map<string, Session>();
  const counts = { identifies: 0, resumes: 0, heartbeats: 0 };
  const gone = createSignal<WebSocket>();

  world.events.listen((event) => {
    for (const session of sessions.values()) dispatch(session, event);
  });
  gone.listen((socket) => {
    for (const session of sessions.values()) if (session.socket === socket) session.socket = undefined;
  });
  sockets.on("connection", (socket) => {
    socket.on("error", () => socket.terminate());
    socket.on("close", (code) => {
      // A client that says goodbye with 1000 or 1001 gives its session up.
      const left = [...sessions.values()].find((session) => session.socket === socket);
      if (left !== undefined && (code === 1000 || code === 1001)) sessions.delete(left.id);
      gone.send(socket);
    });
    socket.on("message", (text) => hear(socket, JSON.parse(String(text)) as { op: number; d: unknown }));
    send(socket, { op: 10, d: { heartbeat_interval: heartbeatIntervalMs, _trace: [] } });
  });

  function hear(socket: WebSocket, payload: { readonly op: number; readonly d: unknown }): void {
    switch (payload.op) {
      case 1:
        counts.heartbeats += 1;
        send(socket, { op: 11 });
        break;
      case 2:
        counts.identifies += 1;
        identify(socket, payload.d as { token: string; intents: number; shard?: unknown });
        break;
      case 6:
        counts.resumes += 1;
        resume(socket, payload.d as { token: string; session_id: string; seq: number });
        break;
    }
    world.changes.send();
  }

  function identify(socket: WebSocket, wish: { token: string; intents: number; shard?: unknown }): void {
    const refusal = refusalOf(world, wish);
    if (refusal !== undefined) {
      socket.close(...refusal);
      return;
    }
    const session: Session = { id: world.secret(), intents: wish.intents, log: [], socket };
    sessions.set(session.id, session);
    dispatch(session, {
      type: "READY",
      intent: 0,
      payload: () => toReady(world, { sessionId: session.id, url: portal.url(), shard: wish.shard }),
    });
    dispatch(session, { type: "GUILD_CREATE", intent: intent.guilds, payload: () => toWireGuild(world) });
  }

  function resume(socket: WebSocket, wish: { token: string; session_id: string; seq: number }): void {
    const session = sessions.get(wish.session_id);
    if (session === undefined || wish.token !== world.token) {
      send(socket, { op: 9, d: false });
      return;
    }
    session.socket = socket;
    for (const missed of session.log.filter((entry) => entry.s > wish.seq)) send(socket, { op: 0, ...missed });
    dispatch(session, { type: "RESUMED", intent: 0, payload: () => ({ _trace: [] }) });
  }

  const everySocket = (act: (socket: WebSocket) => void) => {
    for (const socket of sockets.clients) act(socket);
  };
  return {
    counts,
    connected: () => [...sessions.values()].some((session) => session.socket !== undefined),
    drop(forget = false) {
      everySocket((socket) => gone.send(socket));
      if (forget) sessions.clear();
      everySocket((socket) => socket.terminate());
    },
    close(code) {
      everySocket((socket) => gone.send(socket));
      if (unresumable.includes(code)) sessions.clear();
      everySocket((socket) => socket.close(code));
    },
    reconnect: () => everySocket((socket) => send(socket, { op: 7, d: null })),
    stop() {
      everySocket((socket) => socket.terminate());
      sockets.close();
    },
  };
}

/** Logged even while nobody is connected: a resumed session gets what it missed. */
function dispatch(session: Session, event: GatewayEvent): void {
  if (event.intent !== 0 && (session.intents & event.intent) === 0) return;
  const entry = { s: session.log.length + 1, t: event.type, d: structuredClone(event.payload(session.intents)) };
  session.log.push(entry);
  if (session.socket !== undefined) send(session.socket, { op: 0, ...entry });
}

function send(socket: WebSocket, payload: Json): void {
  socket.send(JSON.stringify({ s: null, t: null, ...payload }));
}

function refusalOf(world: World, wish: { token: string; intents: number }): [code: number, why: string] | undefined {
  const privileged = intent.guildMembers | intent.guildPresences | (world.messageContent ? 0 : intent.messageContent);
  if (wish.token !== world.token) return [4004, "Authentication failed."];
  return (wish.intents & privileged) === 0 ? undefined : [4014, "Disallowed intent(s)."];
}
