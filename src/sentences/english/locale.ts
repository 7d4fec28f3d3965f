/** The word for each form of a count that a language has; `other` stands for those that are not named. */
export type Forms = { readonly [Form in Intl.LDMLPluralRule]?: string } & { readonly other: string };

export interface Format {
  /** "16,000" */
  number(value: number): string;
  /** "1 message", "34 messages" */
  count(value: number, forms: Forms): string;
  /** "discord, slack, or terminal" */
  either(names: readonly string[]): string;
  /** "$1.50"; of less than a cent two digits that say something. */
  dollars(value: number): string;
}

/** What `Intl` makes costs milliseconds each, so it is made by the first sentence that needs it. */
export function createFormat(locale: string): Format {
  const numbers = once(() => new Intl.NumberFormat(locale));
  const plurals = once(() => new Intl.PluralRules(locale));
  const lists = once(() => new Intl.ListFormat(locale, { type: "disjunction" }));
  const dollarsOf = (digits: Intl.NumberFormatOptions) =>
    once(() => {
      const dollars = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" } as const;
      return new Intl.NumberFormat(locale, { ...dollars, ...digits });
    });
  const [cents, small] = [dollarsOf({}), dollarsOf({ minimumSignificantDigits: 1, maximumSignificantDigits: 2 })];
  return {
    number: (value) => numbers().format(value),
    count: (value, forms) => `${numbers().format(value)} ${forms[plurals().select(value)] ?? forms.other}`,
    either: (names) => lists().format(names),
    dollars: (value) => (value >= 0.01 || value === 0 ? cents : small)().format(value),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
