/** What is read of Python's syntax trees, and which texts the parser must not be given. */
import { Grammar } from "../tree-sitter/grammar.ts";

export const grammar = new Grammar({
  name: "python",
  tokens: ["async", "_", "from"],
  operators: [
    ...["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "~", "<<", ">>"],
    ...["+=", "-=", "*=", "/=", "//=", "%=", "**=", "@=", "&=", "|=", "^=", "<<=", ">>="],
    ...["and", "or", "not", "==", "!=", "<>", "<", "<=", ">", ">=", "in", "not in", "is", "is not"],
  ],
  skipped: ["comment", "line_continuation", "string_start", "string_end"],
  leaves: [
    ...["identifier", "integer", "float", "true", "false", "none", "ellipsis"],
    ...["string_content", "type_conversion", "import_prefix", "wildcard_import"],
    ...["pass_statement", "break_statement", "continue_statement"],
  ],
});

/** Types whose children are statements. */
export const lists: ReadonlySet<string> = new Set(["module", "block"]);

/** Lines that hold a backslash alone: the parser's time grows with the square of their number in a row. */
const CONTINUED = /(?:\\\r?\n[ \t]*){100}/;

export const refuses = (text: string): string | undefined =>
  CONTINUED.test(text) ? "a hundred lines in a row hold nothing but a backslash" : undefined;
