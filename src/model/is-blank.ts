/**
 * Nothing in the text can be seen: white space, control characters, and what Unicode draws as nothing, such as a zero-width space,
 * Hangul fillers and the braille blank. Servers refuse such messages, and platforms show them empty.
 */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);
}
