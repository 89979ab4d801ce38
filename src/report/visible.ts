/** Text of unknown origin made safe to show: whatever is invisible, reorders its surroundings or moves a cursor is spelt out. */

/** Controls, format characters (bidi overrides, zero-width ones, tags), lone surrogates, separators, blank letters, variation selectors. */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f|[\ufe00-\ufe0e]|[\u{e0100}-\u{e01ef}]/gu;

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** On one line, with nothing hidden in it. */
export function visible(text: string): string {
  return text.replace(UNSEEN, spell);
}

function spell(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  if (character in NAMED) return NAMED[character];
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}
