/** Reads a commit message for traces: which lines count, and what they name. */

export interface Identity {
  readonly name: string;
  readonly email: string;
}

export interface Trailer {
  /** In lower case. */
  readonly key: string;
  readonly value: string;
  /** The person or tool it names, where it is a trailer that names one with an address. */
  readonly identity: Identity | undefined;
}

export interface Message {
  readonly subject: string;
  readonly trailers: readonly Trailer[];
  /** Lines of the body that count and are no trailers. */
  readonly lines: readonly string[];
}

/** Longer lines are no trailers, and longer messages are pasted logs. */
const LINE_LENGTH = 500;
const LINES = 5000;

/** Trailers whose value names who took part. */
const NAMING = /^(co-?authored-by|co-?developed-by|assisted-by|generated-by|signed-off-by)$/;

const TRAILER = /^[ \t]{0,3}(?:[*-][ \t]+)?([a-z][a-z0-9 -]{1,40}?)[ \t]*:[ \t]*(\S.*?)[ \t]*$/i;

/**
 * The whole body counts and not its last paragraph only, for squashing leaves trailers anywhere. What quotes a message
 * does not count: fenced or indented code, quotations, comments, and all below the scissors line of `commit --verbose`.
 * The subject never holds a trailer: `agent: dedupe` is a scope.
 */
export function readMessage(text: string): Message {
  const [subject = "", ...body] = text.split(/\r?\n/, LINES);
  const trailers: Trailer[] = [];
  const lines: string[] = [];
  let fenced = false;
  for (const line of body) {
    if (/^# -+ >8 -+/.test(line)) break;
    if (/^\s{0,3}(```|~~~)/.test(line)) {
      fenced = !fenced;
      continue;
    }
    if (fenced || line === "" || line.length > LINE_LENGTH || /^( {4}|\t| {0,3}>|#)/.test(line))
      continue;
    const [, key, value] = TRAILER.exec(line) ?? [];
    if (key === undefined || value === undefined) lines.push(line.trim());
    else trailers.push(trailer(key.toLowerCase().replaceAll(" ", "-"), value));
  }
  return { subject, trailers, lines };
}

/** A whole line that names what made the commit, whatever it names. */
const MADE_WITH = /^[\W_]{0,6}(?:generated|created|written|authored|made) (?:with|by|using|via)\b/i;

/**
 * The body without trailers and without lines that name a tool: what is left is how it is written. The list of subjects
 * that forges make of a squash was written by nobody.
 */
export function proseOf(text: string): string[] {
  const body = text.split(/\r?\n/, LINES).slice(1);
  const isSquash = body.filter((line) => /^\* \S/.test(line)).length > 1;
  return body.filter((line) => {
    const [, key] = TRAILER.exec(line) ?? [];
    const isTrailer = key !== undefined && (/^[\w]+(-[\w]+)+$/.test(key) || key === "Fixes");
    return (
      !isTrailer &&
      !(isSquash && line.startsWith("* ")) &&
      !MADE_WITH.test(line) &&
      !/claude\.ai\/code|\(#\d+\)$/.test(line)
    );
  });
}

function trailer(key: string, value: string): Trailer {
  const [, name, email] = /^(.*?)\s*<([^<>]*)>$/.exec(value) ?? [];
  const names = NAMING.test(key) && email !== undefined;
  return { key, value, identity: names ? { name: name!.trim(), email: email.trim() } : undefined };
}
