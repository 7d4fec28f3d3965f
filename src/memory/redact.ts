import type { Author, EarlierMessage, Place, Quote } from "../port/index.ts";
import type { OptOuts } from "./opt-outs.ts";
import { personOf } from "./person.ts";

type Words = { readonly author: Author; readonly quote?: Quote };

/** What may be stored of somebody's words: nothing of a person who does not want to be remembered, nor what another quotes of them. */
export async function redactOptedOut<T extends Words>(
  words: T,
  place: Place,
  optOuts: OptOuts,
): Promise<T | undefined> {
  if (await optOuts.has(personOf({ author: words.author, place }))) return undefined;
  const { quote, ...rest } = words;
  if (quote?.id === undefined) return words;
  const isSecret = await optOuts.has(personOf({ author: { id: quote.id }, place }));
  return isSecret ? (rest as T) : words;
}

/** Without what people said who do not want to be remembered. */
export async function withoutOptedOut(
  messages: readonly EarlierMessage[],
  place: Place,
  optOuts: OptOuts,
): Promise<readonly EarlierMessage[]> {
  const secret = await Promise.all(
    messages.map(({ own, author }) => (own ? false : optOuts.has(personOf({ author, place })))),
  );
  return messages.filter((_, at) => !secret[at]);
}
