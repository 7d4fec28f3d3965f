import type { OptOuts } from "../memory/opt-outs.ts";
import { redactOptedOut } from "../memory/redact.ts";
import type { Exchange, Stage } from "./exchange.ts";
import { wordless } from "./next.ts";

/**
 * An exchange as it may be stored: without the words of people who do not want to be remembered, so that a restart can only end the
 * answer to them. What others quote of them is left out.
 */
export async function toStored(exchange: Exchange, optOuts: OptOuts): Promise<Exchange> {
  const { question, stage, reply } = exchange;
  const event = await redactOptedOut(question, question.place, optOuts);
  if (event === undefined)
    return { ...exchange, question: wordless(question), stage: unspoken(stage), reply: { ...reply, text: "" } };
  // A thread may be called after somebody's words.
  const { channelName: _, ...unnamed } = event.place;
  const place = event.place.kind === "thread" ? unnamed : event.place;
  return { ...exchange, question: { ...event, place } };
}

function unspoken(stage: Stage): Stage {
  switch (stage.kind) {
    case "settling":
      return { kind: "answering", how: stage.how };
    case "stopped":
      return { kind: "stopped", how: stage.how, reason: stage.reason };
    default:
      return stage;
  }
}
