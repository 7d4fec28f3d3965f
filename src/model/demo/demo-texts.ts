/** How the demo introduces itself wherever it speaks freely. */
export const introduction =
  "Hello! I am Parley's **demo model**: a few prepared texts, not an AI. I am here so that you can see how answers stream before you connect a real model.";

export const wordsToTry =
  "Words to try: **code**, **table**, **long**, **slow** (then stop me), **cut** (then say “go on”), **error**.";

export const tableReply = `Here is a prepared table, as the demo model has nothing to compare by itself:

| Word | What the demo shows | How long it takes |
|---|---|---|
| code | prose around a block of code | about 15 seconds |
| table | this table | a few seconds |
| long | headings, lists and code, over several messages | about half a minute |
| slow | one word a second | a minute, or until you stop it |
| cut | an answer that ends at its length limit | a few seconds |
| error | a connection that breaks off | a few seconds |

Each platform shows it as it can: as a table, or as aligned text.
`;

export const codeReply = `This is prepared code from the demo model, long enough to show how a block grows and where it is split. It keeps the most recent values of a computation and forgets the ones that were not asked for in a while.

\`\`\`ts
export type Cache<Key, Value> = {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): boolean;
  readonly size: number;
};

export type CacheOptions = {
  /** How many values are kept at most. */
  readonly capacity: number;
  /** Milliseconds after which a value is too old. */
  readonly maxAgeMs: number;
  readonly now?: () => number;
};

type Entry<Value> = {
  readonly value: Value;
  readonly storedAt: number;
};

/** Keeps the values that were used last. A Map remembers the order of insertion, and that is all it takes. */
export function createCache<Key, Value>(options: CacheOptions): Cache<Key, Value> {
  const { capacity, maxAgeMs, now = Date.now } = options;
  if (capacity < 1) throw new RangeError("a cache needs room for one value");
  const entries = new Map<Key, Entry<Value>>();

  function fresh(entry: Entry<Value>): boolean {
    return now() - entry.storedAt < maxAgeMs;
  }

  function evict(): void {
    while (entries.size > capacity) {
      const oldest = entries.keys().next();
      if (oldest.done) return;
      entries.delete(oldest.value);
    }
  }

  return {
    get size() {
      return entries.size;
    },

    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      if (!fresh(entry)) return undefined;
      entries.set(key, entry);
      return entry.value;
    },

    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, storedAt: now() });
      evict();
    },

    delete(key) {
      return entries.delete(key);
    },
  };
}

/** Wraps a function so that it runs once for each argument while its result is fresh. */
export function remember<Argument, Result>(
  compute: (argument: Argument) => Promise<Result>,
  options: CacheOptions,
): (argument: Argument) => Promise<Result> {
  const results = createCache<Argument, Promise<Result>>(options);
  return (argument) => {
    const known = results.get(argument);
    if (known !== undefined) return known;
    const result = compute(argument);
    results.set(argument, result);
    result.catch(() => results.delete(argument));
    return result;
  };
}
\`\`\`

A failed computation is forgotten at once, so the next call tries again. Everything else stays until it is too old or until newer values need the room.
`;

/** The story of the word "cut"; it is cut at "the lamp went out". */
export const cutStory = `The demo model tells a story and will be cut off in it.

The lighthouse keeper had written down the weather every evening for thirty-one years. There was never much to say: wind from the west, rain towards morning, two ships, both far out. She wrote it down all the same, because a book with gaps in it is worth little, and because the writing kept the evenings apart.

On the last day of October she noticed that the page for that day was already written. The hand was hers. It said: wind from the north, no ships, and at nine the lamp went out. She looked at the clock above the stairs. It was ten to nine. She went up, checked the oil, trimmed the wick, and stood by the glass with a match in her hand and waited.

At nine the wind turned to the north, and nothing else happened. The lamp burned as it had burned on eleven thousand evenings. She went down again, took the pen, and struck out half a line. Then she wrote beneath it: lamp kept. It was the first correction in the whole book, and the only entry that she ever read aloud to a visitor.
`;

const seconds = Array.from({ length: 43 }, (_, index) => String(index + 17));

/** Sixty words, one for each second. */
export const slowWords = `I now say one word a second for a minute, so press stop whenever you like: ${seconds.join(" ")} Done.`;

export const longReply = `# A long answer

This is a prepared text of the demo model. It is about something that this program does all the time: showing a text while it is still being written. It has headings, lists and code, and it is longer than one message may be on most platforms, so you can watch how it is continued in the next one.

## Why stream at all

A language model writes one token after the other. A long answer takes half a minute or more, and somebody who looks at an empty message for half a minute believes that nothing happens. When the text grows in front of them, they can

- start to read at once, at about the speed at which it is written,
- see early that the answer goes in the wrong direction, and stop it,
- and tell a slow model from a broken one.

The last point is easily forgotten. Silence has many causes, and a person cannot tell them apart. A text that has grown to the middle of a sentence and then stays there says a good deal more.

## What stands in the way

A chat platform is not a terminal. Every change of a message is a request over the network, and every platform limits how many of them a program may send. If the program sends too many, they are refused, or worse, they are queued and arrive long after they have lost their meaning.

### Rate limits

Limits differ in what they count:

1. **Per channel.** A handful of edits in five seconds, shared by everything that happens in that channel.
2. **Per application.** Fifty requests a second for all channels together is a usual figure.
3. **Per method.** Some platforms give every operation a tier, and editing a message belongs to a middle one.
4. **Unwritten.** A burst that the documents allow may still be slowed down when the platform is busy.

The program therefore cannot send each token as it comes. It has to collect them, and it has to know what to leave out.

### Lengths

A message has a greatest length, and it is smaller than most people expect: 2,000 characters on one platform, 4,000 or 12,000 on others, and the unit is not always a character. When a text outgrows it, the rest must go into another message, and the place of the cut matters. A good place is

- between two paragraphs, if there is one near the end,
- else between two sentences,
- else between two words,
- and never inside a character that is made up of several code points.

### Formatting that is open

While a text grows, its formatting is often unfinished: a block of code has begun and has not ended yet, an asterisk waits for its partner. Shown as it is, the rest of the message would turn into code. A careful program closes what is open for the time being, and it does the same where a block is cut in two: it closes the first half and opens the second one again, with the same language.

## An approach that works

The rule that has proved itself is short: *offer the newest, write the newest, settle on the last.* Texts that were overtaken while a request was on its way are simply skipped. In code, without the details, it looks like this:

\`\`\`ts
export function createPacer(write: (text: string) => Promise<void>, intervalMs: number) {
  let newest: string | undefined;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (newest !== undefined) {
      const text = newest;
      newest = undefined;
      await write(text);
      await new Promise((resolve) => setTimeout(resolve, intervalMs));
    }
    running = undefined;
  }

  return {
    /** Never waits, and never queues more than one text. */
    offer(text: string): void {
      newest = text;
      running ??= run();
    },
    /** Resolves when the last text stands. */
    async settle(text: string): Promise<void> {
      newest = text;
      running ??= run();
      await running;
    },
  };
}
\`\`\`

There are three properties to notice:

- \`offer\` costs nothing. The model may be as fast as it likes; the platform is asked at its own pace.
- There is never a queue. What is written is always the state of this moment, not that of ten seconds ago.
- \`settle\` writes the last text in any case, even when it comes immediately after another one.

### Choosing the interval

A short interval looks livelier and uses up the limit sooner. A fixed one is a compromise that is wrong most of the time. It is better to begin quickly, because the first words matter most to somebody who waits, and to slow down as the answer grows, because nobody follows the end of a long text letter by letter. When many answers run at once, they have to share, and each of them slows down a little.

## When something goes wrong

Networks fail, and they like to do it in the middle. What has been shown must then not vanish. The text stays as it is, a line beneath it says what happened, and it says what the reader can do:

> The connection to the model broke off. Say “go on” and I continue.

The same holds for an answer that has reached its length limit and for one that was stopped on purpose. The endings differ, and so do the lines; what they have in common is that the conversation remembers the part that was said, so that it can be continued.

### A list for those who build such a thing

1. Save the question before the model is asked.
2. Show that something is happening within a second.
3. Begin to show text at the first words, not at the first paragraph.
4. Let people stop, and really close the connection when they do.
5. Never show half a character, half a link or half a block of code.
6. Keep the last text when everything else fails.
7. Say what happened, in a sentence that helps.

## The end

That was the long answer. If you have read this far while it was being written, you have seen some hundred states of it, and none of them had to wait for the next. For a real model in the place of this prepared text, set \`OPENAI_API_KEY\` or \`OPENAI_BASE_URL\`.
`;
