import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { acknowledge, recordDelivery, retry } from "./envelopes.ts";
import type { DeliveryRecord, Json, Live } from "./records.ts";
import { isObject, text } from "./values.ts";
import type { Parcel, World } from "./world.ts";

type Envelope = {
  readonly parcel: Parcel;
  readonly delivery: Live<DeliveryRecord>;
  readonly socket: WebSocket;
  readonly callOff: () => void;
};

export type Sockets = {
  readonly counts: { opened: number; readonly live: number };
  /** A one-time address for `apps.connections.open`. */
  openTicket(): string;
  /** Cuts every socket without a close frame. */
  drop(): void;
  /** Announces the end twice, as Slack does, and closes. */
  refresh(): void;
  stop(): void;
};

/** Socket Mode: each envelope goes to one socket, and to the next one when that dies or stays silent. */
export function createSockets(world: World, server: Server): Sockets {
  const sockets = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const live: WebSocket[] = [];
  const waiting: Parcel[] = [];
  const open = new Map<string, Envelope>();
  const settled = new Map<string, "acknowledged" | "late">();
  const counts = {
    opened: 0,
    get live() {
      return live.length;
    },
  };

  server.on("upgrade", (request, stream, head) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!tickets.delete(url.searchParams.get("ticket") ?? "")) {
      world.problems.push("a socket was opened without a ticket of its own");
      stream.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => greet(socket));
  });
  if (world.settings.mode === "socket") world.parcels.listen(deliver);

  function greet(socket: WebSocket): void {
    counts.opened += 1;
    live.push(socket);
    socket.on("error", () => socket.terminate());
    socket.on("close", () => lose(socket));
    socket.on("message", (message) => hear(JSON.parse(String(message))));
    const debug = { host: "applink-test", build_number: 1, approximate_connection_time: 18_060 };
    const connection_info = { app_id: world.appId };
    send(socket, { type: "hello", num_connections: live.length, connection_info, debug_info: debug });
    for (const parcel of waiting.splice(0)) deliver(parcel);
    world.changes.send();
  }

  function deliver(parcel: Parcel): void {
    const socket = live.shift();
    if (socket === undefined) {
      waiting.push(parcel);
      return;
    }
    live.push(socket);
    const envelope_id = randomUUID();
    const callOff = world.timers.later(world.settings.envelopeTimeoutMs, () => expire(envelope_id));
    open.set(envelope_id, { parcel, delivery: recordDelivery(world, parcel), socket, callOff });
    const { kind: type, payload, attempt } = parcel;
    const retried = type === "events_api" ? { retry_attempt: attempt, retry_reason: parcel.reason ?? "" } : {};
    send(socket, { envelope_id, type, payload, accepts_response_payload: type !== "events_api", ...retried });
  }

  function hear(message: unknown): void {
    if (!isObject(message)) return;
    const id = text(message["envelope_id"]);
    const envelope = open.get(id);
    if (envelope === undefined) {
      const known = settled.get(id);
      if (known === "acknowledged") world.problems.push("an envelope was acknowledged twice");
      else world.problems.push(known === "late" ? "an envelope was acknowledged late" : `no envelope ${id}`);
      return;
    }
    close(id, envelope, "acknowledged");
    acknowledge(world, envelope, message["payload"]);
  }

  function expire(id: string): void {
    const envelope = open.get(id);
    if (envelope === undefined) return;
    close(id, envelope, "late");
    retry(world, envelope.parcel, "timeout");
    world.changes.send();
  }

  /** What a dead socket was given and nobody acknowledged goes to the next. */
  function lose(socket: WebSocket): void {
    leave(socket);
    for (const [id, envelope] of open) {
      if (envelope.socket !== socket) continue;
      close(id, envelope, "late");
      const { parcel } = envelope;
      deliver({ ...parcel, attempt: parcel.attempt + 1, reason: "connection_failed" });
    }
    world.changes.send();
  }

  function close(id: string, envelope: Envelope, how: "acknowledged" | "late"): void {
    envelope.callOff();
    open.delete(id);
    settled.set(id, how);
  }

  function leave(socket: WebSocket): void {
    const index = live.indexOf(socket);
    if (index >= 0) live.splice(index, 1);
  }

  return {
    counts,
    openTicket() {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${world.origin.replace("http", "ws")}/link/?ticket=${ticket}&app_id=${world.appId}`;
    },
    drop() {
      for (const socket of [...live]) {
        leave(socket);
        socket.terminate();
      }
    },
    refresh() {
      for (const socket of [...live]) {
        leave(socket);
        for (const reason of ["warning", "refresh_requested"]) {
          send(socket, { type: "disconnect", reason, debug_info: { host: "applink-test" } });
        }
        socket.close(1000);
      }
      world.changes.send();
    },
    stop() {
      open.clear();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function send(socket: WebSocket, message: Json): void {
  socket.send(JSON.stringify(message));
}
