/** Statements of SQL files, one by one, without comments and with the line each begins on. */

export interface SqlStatement {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

/** Splits at semicolons that stand in no text, no name and no body of a function. */
export function statementsOf(sql: string): SqlStatement[] {
  const found: SqlStatement[] = [];
  let text = "";
  let start = -1;
  let line = 1;
  const end = (): void => {
    if (text.trim() !== "") found.push({ text: text.replace(/\s+/g, " ").trim(), line: start });
    text = "";
    start = -1;
  };
  for (let at = 0; at < sql.length; ) {
    const rest = sql.slice(at, at + 64);
    const comment = /^(?:--[^\n]*|\/\*)/.exec(
      sql.startsWith("--", at) ? sql.slice(at, endOfLine(sql, at)) : rest,
    );
    let taken: string;
    if (comment) {
      const close = comment[0] === "/*" ? sql.indexOf("*/", at + 2) : -1;
      taken = comment[0] === "/*" ? sql.slice(at, close < 0 ? sql.length : close + 2) : comment[0];
      text += " ";
    } else {
      const quote = /^(?:'|"|\$\w*\$)/.exec(rest)?.[0];
      if (quote !== undefined) {
        const close = sql.indexOf(quote, at + quote.length);
        taken = sql.slice(at, close < 0 ? sql.length : close + quote.length);
      } else taken = sql[at]!;
      if (taken === ";") end();
      else {
        if (start < 0 && taken.trim() !== "") start = line;
        text += taken;
      }
    }
    line += taken.split("\n").length - 1;
    at += taken.length;
  }
  end();
  return found;
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at < 0 ? text.length : at;
}

/** `public.profiles` for `"public"."profiles"` and `profiles`. */
export function nameOf(written: string): string {
  const parts = written.replaceAll('"', "").toLowerCase().split(".");
  return parts.length > 1 ? parts.slice(-2).join(".") : `public.${parts[0]}`;
}
