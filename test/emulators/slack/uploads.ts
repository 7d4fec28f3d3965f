import type { Reply } from "./answers.ts";
import { type Methods, threadOf, writableChannel } from "./calls.ts";
import { postAsBot } from "./messages.ts";
import type { FileRecord, Json } from "./records.ts";
import { insist, refuse } from "./refusals.ts";
import { list, text } from "./values.ts";
import type { World } from "./world.ts";

const scopes = ["files:write"];

/** In three steps: an address for each file, its content, and then the message that shows them. */
export const uploadMethods: Methods = {
  "files.getUploadURLExternal": {
    scopes,
    answer({ world, args }) {
      const size = Number(args["length"]);
      insist(Number.isInteger(size) && size > 0, "missing_argument");
      const name = text(args["filename"]);
      const path = `/upload/v1/${world.secret()}`;
      const file = { id: world.id("F"), name, mimetype: typeOf(name), content: new Uint8Array(), size, asked: [] };
      world.uploads.set(path, file);
      return { upload_url: `${world.origin}${path}`, file_id: file.id };
    },
  },
  "files.completeUploadExternal": {
    scopes,
    answer(call) {
      const { world, team, args } = call;
      const files = list(args["files"]).map(({ id }) => uploaded(world, text(id)));
      insist(files.length > 0, "file_not_found");
      const id = text(args["channel_id"]);
      insist(id === "" || world.channels.has(id), "channel_not_found"); // a person's id is none
      const shown: Json = { files: files.map((file) => ({ id: file.id, title: file.name })) };
      if (id === "") return shown;
      const asChannel = { ...call, args: { ...args, channel: id } };
      const channel = writableChannel(asChannel);
      const thread = threadOf(asChannel, channel);
      const source = text(args["initial_comment"]);
      const { botUserId: userId, botId } = team;
      const message = { source, blocks: [], ...thread, channelId: id, userId, botId, appId: world.appId };
      postAsBot(world, { ...message, files, subtype: "file_share" });
      for (const [path, file] of world.uploads) if (files.includes(file)) world.uploads.delete(path);
      return shown;
    },
  },
};

/** A file of which every byte has come. */
function uploaded(world: World, id: string): FileRecord {
  const file = [...world.uploads.values()].find((one) => one.id === id);
  return file !== undefined && file.content.byteLength === file.size ? file : refuse("file_not_found");
}

/** What a post to a file's address does. */
export function answerUpload(world: World, path: string, content: Uint8Array): Reply {
  const file = world.uploads.get(path);
  if (file === undefined) return { status: 404, body: "not found" };
  if (content.byteLength !== file.size) {
    world.problems.push(`upload: ${content.byteLength} bytes came of ${file.size}`);
    return { status: 400, body: "wrong size" };
  }
  file.content = content;
  return { status: 200, body: `OK - ${file.size}` };
}

const typeOf = (name: string): string => (name.endsWith(".json") ? "application/json" : "text/plain");
