import type { Methods } from "./calls.ts";
import { assistantMethods } from "./methods-assistant.ts";
import { chatMethods } from "./methods-chat.ts";
import { conversationMethods } from "./methods-conversations.ts";
import { lookupMethods } from "./methods-lookup.ts";
import { oauthMethods } from "./methods-oauth.ts";
import { streamMethods } from "./methods-stream.ts";
import { viewMethods } from "./methods-views.ts";
import { uploadMethods } from "./uploads.ts";

export const methods: Methods = {
  ...assistantMethods,
  ...chatMethods,
  ...conversationMethods,
  ...lookupMethods,
  ...oauthMethods,
  ...streamMethods,
  ...uploadMethods,
  ...viewMethods,
};
