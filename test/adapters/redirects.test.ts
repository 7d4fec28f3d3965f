import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { respondAt } from "../../adapters/slack/controls/interaction-surface.ts";
import { type Recipient, sendFiles } from "../../adapters/slack/writing/private-files.ts";
import { readText } from "../../src/port/index.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What goes by one request to a server of the platform's, with words or a token that are meant for it alone. */
const requests: readonly (readonly [string, (url: string) => Promise<unknown>])[] = [
  [
    "a file that is fetched",
    (url) =>
      readText(
        { name: "x.txt", mediaType: "text/plain", bytes: 5, url },
        { origins: new Set([new URL(url).origin]), headers: { authorization: "Bearer xoxb-token" } },
      ),
  ],
  [
    "a file that is sent",
    (url) => sendFiles({ markdown: "", files: [{ name: "x", text: "private" }] }, recipient(url)),
  ],
  [
    "an answer for one person",
    (url) => respondAt(url, url)({ response_type: "ephemeral", replace_original: false, text: "private", blocks: [] }),
  ],
];

test.each(requests)("%s is not led to another host", async (_, send) => {
  for (const status of [301, 302, 307, 308]) {
    let asked = 0;
    let strayed = 0;
    const elsewhere = await serve((_, response) => {
      strayed += 1;
      response.end("here you are");
    });
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(status, { location: elsewhere }).end();
    });
    await send(`${url}/file`).catch(() => undefined);
    expect([asked, strayed]).toEqual([1, 0]);
  }
});

/** A workspace whose files go to this address. */
function recipient(url: string): Recipient {
  const files = {
    getUploadURLExternal: async () => ({ upload_url: url, file_id: "F1" }),
    completeUploadExternal: async () => ({}),
  };
  const workspace = { failFast: { files } } as unknown as Recipient["workspace"];
  return { workspace, thread: { channel: "C1", thread_ts: "1.1" } };
}
