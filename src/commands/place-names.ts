import type { Place } from "../port/index.ts";
import { sentences } from "../sentences/sentences.ts";

const { places } = sentences.commands;

export const threadName = ({ kind }: Place): string => (kind === "direct" ? places.conversation : places.thread);

export const channelName = ({ kind }: Place): string => (kind === "direct" ? places.directMessages : places.channel);
