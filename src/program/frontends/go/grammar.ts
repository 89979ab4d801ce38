/** What is read of Go's syntax trees. */
import { Grammar } from "../tree-sitter/grammar.ts";

export const grammar = new Grammar({
  name: "go",
  tokens: [":="],
  operators: [
    ...["+", "-", "*", "/", "%", "&", "|", "^", "&^", "<<", ">>", "<-", "!"],
    ...["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "&^=", "<<=", ">>="],
    ...["&&", "||", "==", "!=", "<", "<=", ">", ">="],
  ],
  skipped: ["comment", "empty_statement"],
  leaves: [
    ...["identifier", "type_identifier", "field_identifier", "package_identifier"],
    ...["label_name", "blank_identifier", "dot", "int_literal", "float_literal"],
    ...["imaginary_literal", "rune_literal", "interpreted_string_literal", "raw_string_literal"],
    ...["nil", "true", "false", "iota", "fallthrough_statement"],
  ],
});

/** Types whose children are statements or declarations. */
export const lists: ReadonlySet<string> = new Set(["source_file", "statement_list"]);
