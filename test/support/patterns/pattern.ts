/** A regular expression's pattern as a tree, as far as is needed to write texts that it reads. */
export type Pattern =
  /** One character, by the source of what it may be. */
  | { readonly kind: "set"; readonly source: string }
  /** Takes nothing: `^`, `$`, `\b`. */
  | { readonly kind: "edge" }
  /** Looks ahead or behind, and takes nothing. */
  | { readonly kind: "look"; readonly of: Pattern }
  | { readonly kind: "back"; readonly group: string }
  | { readonly kind: "group"; readonly names: readonly string[]; readonly of: Pattern }
  | { readonly kind: "all"; readonly of: readonly Pattern[] }
  | { readonly kind: "any"; readonly of: readonly Pattern[] }
  | { readonly kind: "repeat"; readonly of: Pattern; readonly min: number; readonly max: number };

/** Throws where it meets what it does not know, so that nothing is passed over. */
export function toPattern(source: string, flags: string): Pattern {
  let at = 0;
  let groups = 0;
  const next = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(source) ?? undefined;
    at += match?.[0].length ?? 0;
    return match;
  };

  function any(): Pattern {
    const of = [all()];
    while (next(/\|/y)) of.push(all());
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind: "any", of };
  }

  function all(): Pattern {
    const of: Pattern[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") of.push(repeated(one()));
    return { kind: "all", of };
  }

  function repeated(of: Pattern): Pattern {
    const [match, sign, from, comma, to] = next(/(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y) ?? [];
    if (match === undefined) return of;
    if (sign !== undefined) return { kind: "repeat", of, min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Infinity };
    const max = comma === undefined ? Number(from) : to === "" ? Infinity : Number(to);
    return { kind: "repeat", of, min: Number(from), max };
  }

  function one(): Pattern {
    if (next(/\^|\$|\\[bB]/y)) return { kind: "edge" };
    if (next(/\(\?<?[=!]/y)) return { kind: "look", of: inside() };
    const [group, , name] = next(/\((\?:|\?<(\w+)>|(?!\?))/y) ?? [];
    if (group !== undefined) {
      const names = group === "(?:" ? [] : [String(++groups), ...(name === undefined ? [] : [name])];
      return { kind: "group", names, of: inside() };
    }
    const [, number, named] = next(/\\(?:([1-9])|k<(\w+)>)/y) ?? [];
    if (number !== undefined || named !== undefined) return { kind: "back", group: number ?? named ?? "" };
    const set = next(
      /\[(?:\\.|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|.)|[^()[\]*+?|\\]/suy,
    );
    if (set === undefined || (flags.includes("v") && set[0].startsWith("[")))
      throw new SyntaxError(`nothing is known of ${source.slice(at)} in ${source}`);
    return { kind: "set", source: set[0] };
  }

  function inside(): Pattern {
    const of = any();
    if (!next(/\)/y)) throw new SyntaxError(`no end of a group in ${source}`);
    return of;
  }

  const whole = any();
  if (at < source.length) throw new SyntaxError(`nothing is known of ${source.slice(at)} in ${source}`);
  return whole;
}
