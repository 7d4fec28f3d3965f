import type { Place } from "../port/index.ts";
import { sentences } from "../sentences/sentences.ts";

const { places } = sentences.commands;

/** What has one memory: a thread, or where there is none the whole conversation. */
export const threadName = ({ kind }: Place): string =>
  kind === "direct" || kind === "channel" ? places.conversation : places.thread;

export const channelName = ({ kind }: Place): string => (kind === "direct" ? places.directMessages : places.channel);
