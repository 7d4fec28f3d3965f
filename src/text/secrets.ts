/**
 * The text with every secret replaced, also where it stands as base64 (alone or within more, as in `Basic` credentials), in an address
 * or in JSON. Short ones are left, or they would eat ordinary words. One pass a form, so the time grows with the text's length.
 */
export const withoutSecrets = (text: string, secrets: readonly string[]): string => cutting(secrets)(text);

/** The same for many texts. */
export function cutting(secrets: readonly string[]): (text: string) => string {
  const forms = formsOf(secrets);
  return (text) => forms.reduce((kept, form) => kept.replaceAll(form, "[secret]"), text);
}

/** What is secret in an address: the password, and what parameters hold that are named so. */
export function secretsIn(address: string): readonly string[] {
  if (!URL.canParse(address)) return [];
  const { username, password, searchParams } = new URL(address);
  const named = [...searchParams].flatMap(([name, value]) => (secretName.test(name) ? [value] : []));
  return [password === "" ? username : decoded(password), ...named];
}

/** An address without what may be secret in it: user, password and parameters. */
export const publicPart = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

const secretName = /key|token|secret|pass|auth|sig|credential/i;

const shortest = 6;

/** The longest first: a form may stand within another one. */
function formsOf(secrets: readonly string[]): readonly string[] {
  const forms = secrets
    .filter((secret) => secret.length >= shortest)
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.toWellFormed()),
      encodeURIComponent(secret.toWellFormed()).replace(/%[0-9A-F]{2}/g, (sign) => sign.toLowerCase()),
      ...[0, 1, 2].flatMap((before) => encodings(secret, before)),
    ]);
  return [...new Set(forms)].toSorted((one, other) => other.length - one.length);
}

/** As base64, both kinds, behind so many bytes of something else: only the letters that what stands around it has no part in. */
function encodings(secret: string, before: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const from = Math.ceil((before * 8) / 6);
  const to = Math.floor((bytes.length * 8) / 6);
  return (["base64", "base64url"] as const).map((kind) => bytes.toString(kind).slice(from, to));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
