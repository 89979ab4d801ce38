/** What is read of Java's syntax trees. */
import { Grammar } from "../tree-sitter/grammar.ts";

export const grammar = new Grammar({
  name: "java",
  tokens: ["static", "public", "private", "default", "new", "++", "--"],
  operators: [
    ...["+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<<", ">>", ">>>", "&&", "||"],
    ...["==", "!=", "<", "<=", ">", ">="],
    ...["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", ">>>="],
  ],
  skipped: ["line_comment", "block_comment", "throws", "permits"],
  leaves: [
    ...["identifier", "type_identifier", "this", "super", "null_literal", "true", "false"],
    ...["decimal_integer_literal", "hex_integer_literal", "octal_integer_literal"],
    ...["binary_integer_literal", "decimal_floating_point_literal", "hex_floating_point_literal"],
    ...["character_literal", "string_fragment", "multiline_string_fragment", "escape_sequence"],
    ...["integral_type", "floating_point_type", "boolean_type", "void_type", "asterisk"],
  ],
});

/** Types whose children are statements or declarations. */
export const lists: ReadonlySet<string> = new Set([
  ...["program", "block", "class_body", "interface_body", "enum_body", "enum_body_declarations"],
  ...["constructor_body", "switch_block_statement_group", "argument_list"],
]);
