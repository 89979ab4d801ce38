/** Characters of a line that a person wrote; patterns may take time with the square of a line's length. */
const LONG = 2000;

/** The lines of a manifest; one that is too long to be read is empty. */
export const linesOf = (text: string): string[] =>
  text.split(/\r?\n/).map((line) => (line.length > LONG ? "" : line));
