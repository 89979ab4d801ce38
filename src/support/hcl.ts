/**
 * A file of HCL (Terraform, OpenTofu, Packer) as a flat list of settings. Only what is written as a constant is read; what is
 * worked out while it runs is given as `${...}`, as such files write it inside of texts.
 */
import { type Setting, settingsOf } from "./structured.ts";

export const isHcl = (path: string): boolean => /\.(?:tf|tofu|hcl)$/.test(path);

/** A larger file is generated. */
const LONGEST = 300_000;
/** Blocks inside blocks; more is no configuration. */
const DEEPEST = 40;
const MOST = 20_000;

type Value =
  | { readonly is: "text"; readonly text: string; readonly line: number }
  | { readonly is: "list"; readonly items: readonly Value[]; readonly line: number }
  | { readonly is: "map"; readonly entries: readonly Entry[]; readonly line: number };

interface Entry {
  readonly keys: readonly string[];
  readonly value: Value;
  readonly line: number;
  /** Blocks of one type may stand several times. */
  readonly isBlock: boolean;
}

/** The settings of a file in the order they stand; none where it cannot be read to its end. */
export function hclSettings(text: string): readonly Setting[] {
  if (text.length > LONGEST) return [];
  try {
    const found: Setting[] = [];
    emit({ is: "map", entries: new Reader(text).body(""), line: 1 }, [], found);
    return found;
  } catch (error) {
    if (error instanceof NotRead) return [];
    throw error;
  }
}

class NotRead extends Error {}

/** What tells blocks and items of one type apart. */
const NAMES: ReadonlySet<string> = new Set(["name", "id", "sid", "Sid"]);

function nameOf(value: Value): string | undefined {
  if (value.is !== "map") return undefined;
  for (const { keys, value: inner } of value.entries)
    if (keys.length === 1 && NAMES.has(keys[0]!) && inner.is === "text") return inner.text;
  return undefined;
}

function emit(value: Value, keys: readonly string[], found: Setting[]): void {
  if (found.length >= MOST) return;
  if (value.is === "text") {
    const embedded = /^\s*\{/.test(value.text) && value.text.includes("\n");
    // A policy as a text of JSON has settings of its own.
    const inner = embedded ? settingsOf(value.text) : [];
    for (const one of inner)
      found.push({ ...one, keys: [...keys, ...one.keys], line: value.line + one.line });
    if (inner.length === 0) found.push({ keys, value: value.text, line: value.line });
  } else if (value.is === "list") {
    if (value.items.length === 0) found.push({ keys, value: "", line: value.line });
    value.items.forEach((item, index) => {
      emit(item, [...keys, nameOf(item) ?? String(index)], found);
    });
  } else {
    if (value.entries.length === 0) found.push({ keys, value: "", line: value.line });
    const counts = new Map<string, number>();
    for (const { keys: own, value: inner, isBlock } of value.entries) {
      const key = own.join("\0");
      const count = counts.get(key) ?? 0;
      counts.set(key, count + 1);
      // A block without a label is one of several, even where it is the only one.
      const place = isBlock && own.length === 1 ? [nameOf(inner) ?? String(count)] : [];
      emit(inner, [...keys, ...own, ...place], found);
    }
  }
}

class Reader {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Attributes and blocks up to what ends them: nothing, a brace, or the brace of an object. */
  body(end: "" | "}"): Entry[] {
    if (++this.#depth > DEEPEST) throw new NotRead();
    const entries: Entry[] = [];
    for (;;) {
      this.#skip(/[\s,]/);
      if (this.#at >= this.#text.length || this.#text[this.#at] === "}") {
        if ((this.#text[this.#at] ?? "") !== end) throw new NotRead();
        if (end !== "") this.#at++;
        this.#depth--;
        return entries;
      }
      const line = this.#line;
      const keys = [this.#key()];
      this.#skip(/[ \t]/);
      const next = this.#text[this.#at];
      if (next === "=" || next === ":") {
        this.#at++;
        entries.push({ keys, value: this.#value(), line, isBlock: false });
        continue;
      }
      while (this.#text[this.#at] !== "{") {
        keys.push(this.#key());
        this.#skip(/[ \t]/);
      }
      this.#at++;
      const inner: Value = { is: "map", entries: this.body("}"), line };
      entries.push({ keys, value: inner, line, isBlock: true });
    }
  }

  /** The name of an attribute or a block, or a label. */
  #key(): string {
    const char = this.#text[this.#at] ?? "";
    if (char === '"') return this.#string();
    if (char === "(") return this.#raw();
    const [word] =
      /^[\p{L}_][\p{L}\p{N}_.:/-]*/u.exec(this.#text.slice(this.#at, this.#at + 200)) ?? [];
    if (word === undefined) throw new NotRead();
    // `key: value` of an object.
    const name = word.replace(/:$/, "");
    this.#at += name.length;
    return name;
  }

  #value(): Value {
    if (++this.#depth > DEEPEST) throw new NotRead();
    this.#skip(/[ \t]/);
    const [start, line] = [this.#at, this.#line];
    const value = this.#constant(line);
    this.#skip(/[ \t]/);
    this.#depth--;
    // `a ? b : c`, `list[0]`: no constant after all.
    if (value && /^(?:$|[\n\r,\]}#)]|\/[/*])/.test(this.#text.slice(this.#at, this.#at + 2)))
      return value;
    this.#at = start;
    this.#line = line;
    return { is: "text", text: `\${${this.#raw()}}`, line };
  }

  #constant(line: number): Value | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 200);
    const [heredoc, marker] = /^<<-?([A-Za-z_]\w*)\r?\n/.exec(rest) ?? [];
    if (heredoc !== undefined) {
      this.#move(heredoc.length);
      const end = new RegExp(`^[ \\t]*${marker}[ \\t]*$`, "m");
      const body = this.#text.slice(this.#at);
      const found = end.exec(body);
      if (!found) throw new NotRead();
      this.#move(found.index + found[0].length);
      return { is: "text", text: body.slice(0, found.index), line };
    }
    if (rest.startsWith('"')) return { is: "text", text: this.#string(), line };
    const [word] = /^(?:true|false|null|-?\d+(?:\.\d+)?)\b/.exec(rest) ?? [];
    if (word !== undefined) {
      this.#at += word.length;
      return { is: "text", text: word, line };
    }
    const [encode] = /^jsonencode\(\s*/.exec(rest) ?? [];
    if (encode !== undefined) {
      this.#move(encode.length);
      const inner = this.#constant(this.#line);
      this.#skip(/\s/);
      if (!inner || this.#text[this.#at] !== ")") return undefined;
      this.#at++;
      return inner;
    }
    if (rest.startsWith("[")) return this.#list(line);
    if (rest.startsWith("{")) {
      // An object that is worked out from a list.
      if (/^\{\s*for\b/.test(rest)) return undefined;
      this.#at++;
      return { is: "map", entries: this.body("}"), line };
    }
    return undefined;
  }

  #list(line: number): Value | undefined {
    this.#at++;
    const items: Value[] = [];
    for (;;) {
      this.#skip(/[\s,]/);
      if (this.#text[this.#at] === undefined) throw new NotRead();
      if (this.#text[this.#at] === "]") {
        this.#at++;
        return { is: "list", items, line };
      }
      if (/^for\b/.test(this.#text.slice(this.#at, this.#at + 4))) return undefined;
      items.push(this.#value());
    }
  }

  /** A text in quotes; `${}` inside of it may have texts of its own. */
  #string(): string {
    const start = ++this.#at;
    for (let depth = 0; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at];
      if (char === "\n") throw new NotRead();
      if (char === "\\") this.#at++;
      else if (/[$%]/.test(char!) && this.#text[this.#at + 1] === "{") {
        depth++;
        this.#at++;
      } else if (char === "}" && depth > 0) depth--;
      else if (char === '"' && depth === 0) {
        const text = this.#text.slice(start, this.#at);
        this.#at++;
        return text;
      }
    }
    throw new NotRead();
  }

  /** What is no constant, up to where it ends. */
  #raw(): string {
    const start = this.#at;
    for (let depth = 0; this.#at < this.#text.length; ) {
      const char = this.#text[this.#at]!;
      if (char === '"') {
        this.#string();
        continue;
      }
      if (depth === 0 && /[\n,\]})]/.test(char)) break;
      if (/[([{]/.test(char)) depth++;
      else if (/[)\]}]/.test(char)) depth--;
      this.#move(1);
      if (depth === 0 && char === ")" && this.#text[start] === "(") break;
    }
    if (this.#at === start) throw new NotRead();
    return this.#text
      .slice(start, this.#at)
      .replace(/(?:#|\/\/).*$/, "")
      .trim();
  }

  /** Over characters of a kind, and comments. */
  #skip(kind: RegExp): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) return;
      if (kind.test(char)) this.#move(1);
      else if (char === "#" || this.#text.startsWith("//", this.#at)) {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else if (this.#text.startsWith("/*", this.#at)) {
        const end = this.#text.indexOf("*/", this.#at);
        if (end < 0) throw new NotRead();
        this.#move(end + 2 - this.#at);
      } else return;
    }
  }

  #move(count: number): void {
    for (const end = this.#at + count; this.#at < end; this.#at++)
      if (this.#text[this.#at] === "\n") this.#line++;
  }
}
