/** A commit, read from its object. */

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970. */
  readonly date: number;
}

export interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  /** Subject, an empty line, body. As recorded: no mailmap, which could rename a tool to a person. */
  readonly message: string;
}

/** A commit object is read as it is: the options and settings of `git log` have no say in it. */
export function parseCommit(id: string, bytes: Buffer): Commit {
  const split = bytes.indexOf("\n\n");
  const headers = bytes.toString("latin1", 0, split < 0 ? bytes.length : split).split("\n");
  const value = (name: string) =>
    headers
      .filter((line) => line.startsWith(`${name} `))
      .map((line) => line.slice(name.length + 1));
  const decode = decoder(value("encoding")[0]);
  const signature = (line = ""): Signature => {
    const [, name = "", email = "", date = "0"] = /^(.*?) ?<([^<>]*)> ?(-?\d+)?/.exec(line) ?? [];
    const text = (latin1: string) => decode(Buffer.from(latin1, "latin1"));
    return { name: text(name), email: text(email), date: Number(date) };
  };
  return {
    id,
    parents: value("parent"),
    author: signature(value("author")[0]),
    committer: signature(value("committer")[0]),
    message: split < 0 ? "" : decode(bytes.subarray(split + 2)),
  };
}

function decoder(encoding: string | undefined): (bytes: Uint8Array) => string {
  try {
    const text = new TextDecoder(encoding ?? "utf-8");
    return (bytes) => text.decode(bytes);
  } catch {
    return (bytes) => Buffer.from(bytes).toString("latin1");
  }
}
