/** Finds comments in a run of lines without parsing them: a hunk begins and ends anywhere. */

interface Syntax {
  readonly line: RegExp;
  /** A comment that ends on a later line. */
  readonly open: RegExp;
  readonly close: RegExp;
}

const C_LIKE: Syntax = { line: /(?:^|\s)\/\/+!?\s?(.*)$/, open: /^\s*\/\*/, close: /\*\// };
const PYTHON: Syntax = { line: /(?:^|\s)#+!?\s?(.*)$/, open: /^\s*[rbu]?"""/i, close: /"""/ };

/** Languages on whose code the style was measured; docs/attribution.md has the figures. */
const LANGUAGES: readonly (readonly [extension: RegExp, language: string, syntax: Syntax])[] = [
  [/\.(?:[cm]?[jt]sx?)$/, "javascript", C_LIKE],
  [/\.pyi?$/, "python", PYTHON],
];

/** The language of a file; undefined where style was not measured on it. */
export function measuredLanguage(path: string): string | undefined {
  return LANGUAGES.find(([extension]) => extension.test(path))?.[1];
}

export interface Comments {
  /** Text of each line of a comment, without its marks. */
  readonly texts: readonly string[];
  /** Lines that are comment and nothing else. */
  readonly whole: number;
  readonly blocks: number;
}

export function commentsIn(lines: readonly string[], path: string): Comments {
  const syntax = LANGUAGES.find(([extension]) => extension.test(path))?.[2] ?? C_LIKE;
  const texts: string[] = [];
  let [whole, blocks, open] = [0, 0, false];
  for (const line of lines) {
    if (open || syntax.open.test(line)) {
      if (!open) blocks++;
      const rest = open ? line : line.replace(syntax.open, "");
      open = !syntax.close.test(rest);
      whole++;
      const text = rest
        .replace(syntax.close, "")
        .replace(/^\s*\*+\s?/, "")
        .trim();
      if (text !== "") texts.push(text);
      continue;
    }
    const [all, text] = syntax.line.exec(line) ?? [];
    if (text === undefined) {
      // A hunk may begin inside a block.
      if (syntax === C_LIKE && /^\s*\*(\s|\/|$)/.test(line)) {
        whole++;
        const inside = line.replace(/^\s*\*+[/\s]?/, "").trim();
        if (inside !== "") texts.push(inside);
      }
      continue;
    }
    if (line.trim().length === all!.trim().length) whole++;
    if (text.trim() !== "") texts.push(text.trim());
  }
  return { texts, whole, blocks };
}
