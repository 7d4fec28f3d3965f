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

export function createFormat(locale: string): Format {
  const numbers = new Intl.NumberFormat(locale);
  const plurals = new Intl.PluralRules(locale);
  const lists = new Intl.ListFormat(locale, { type: "disjunction" });
  const dollarsOf = (digits: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(locale, { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol", ...digits });
  const [cents, small] = [dollarsOf({}), dollarsOf({ minimumSignificantDigits: 1, maximumSignificantDigits: 2 })];
  return {
    number: (value) => numbers.format(value),
    count: (value, forms) => `${numbers.format(value)} ${forms[plurals.select(value)] ?? forms.other}`,
    either: (names) => lists.format(names),
    dollars: (value) => (value >= 0.01 || value === 0 ? cents : small).format(value),
  };
}
