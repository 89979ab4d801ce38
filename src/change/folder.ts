/** Reads a folder that is in no repository, for `adr-scan scan`. */
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename } from "node:path";
import ignore, { type Ignore } from "ignore";
import type { Gap } from "./change-set.ts";
import { Contents, textFiles } from "./contents.ts";
import { decodePath, type RawPaths } from "./paths.ts";
import type { ReadTree } from "./read-change.ts";
import type { Entry } from "./snapshot.ts";
import { treeOf } from "./snapshot.ts";
import { Folder } from "./worktree.ts";

/** Folders that hold other people's code or tools' data, whatever the ignore files say. */
const PASSED_OVER = new Set([".git", ".hg", ".svn", "node_modules"]);

/**
 * Every file below a folder that its `.gitignore` files do not name. Symbolic links are not followed. Ids are those git
 * would give, so that a cache serves both.
 */
export function readFolder(folder: string): ReadTree {
  const root = realpathSync(folder);
  const rawPaths: RawPaths = new Map();
  const files = new Folder(root, rawPaths);
  const entries = new Map<string, Entry>();
  const gaps: Gap[] = [];

  const walk = (path: string, rules: readonly Rules[]) => {
    const at = path === "" ? root : `${root}/${path}`;
    let names: string[];
    try {
      names = readdirSync(at, { withFileTypes: true, encoding: "buffer" })
        .map((entry) => {
          const name = entry.name.toString("latin1");
          return entry.isDirectory() ? `${name}/` : entry.isFile() ? name : "";
        })
        .filter((name) => name !== "")
        .sort();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      gaps.push({
        path,
        message: `the folder ${path === "" ? folder : path} was not read: ${code}`,
      });
      return;
    }
    const own = names.includes(".gitignore") ? ignoreFile(at, path) : undefined;
    const all = own === undefined ? rules : [...rules, own];
    for (const name of names) {
      const isFolder = name.endsWith("/");
      const plain = isFolder ? name.slice(0, -1) : name;
      if (isFolder && PASSED_OVER.has(plain)) continue;
      const shown = decodePath(latin1Of(path, rawPaths, plain), rawPaths);
      if (isIgnored(all, isFolder ? `${shown}/` : shown)) continue;
      if (isFolder) {
        if (rawPaths.has(shown))
          gaps.push({
            path: shown,
            message: `the folder ${shown} was not read: its name is not UTF-8`,
          });
        else walk(shown, all);
        continue;
      }
      const id = files.hash(shown, "sha1");
      if (id === undefined) gaps.push({ path: shown, message: `${shown} could not be read` });
      else entries.set(shown, { kind: "file", executable: false, id });
    }
  };
  walk("", []);

  const snapshot = {
    label: basename(root),
    entries,
    rawPaths,
    folder: root,
    onDisk: new Set(entries.keys()),
    notices: [],
    gaps,
  };
  const contents = new Contents(snapshot, undefined, "sha1");
  return {
    tree: treeOf(snapshot),
    files: (limit) => textFiles(contents, limit),
    notices: [],
    gaps,
  };
}

interface Rules {
  /** The folder they stand in, with `/` at the end, or `""`. */
  readonly prefix: string;
  readonly rules: Ignore;
}

function ignoreFile(at: string, path: string): Rules | undefined {
  try {
    return {
      prefix: path === "" ? "" : `${path}/`,
      rules: ignore().add(readFileSync(`${at}/.gitignore`, "utf8")),
    };
  } catch {
    return undefined;
  }
}

/** The deepest file that says anything decides. */
function isIgnored(rules: readonly Rules[], path: string): boolean {
  for (let at = rules.length - 1; at >= 0; at--) {
    const { prefix, rules: own } = rules[at]!;
    const { ignored, unignored } = own.test(path.slice(prefix.length));
    if (ignored) return true;
    if (unignored) return false;
  }
  return false;
}

function latin1Of(folder: string, rawPaths: RawPaths, name: string): string {
  if (folder === "") return name;
  return `${(rawPaths.get(folder) ?? Buffer.from(folder)).toString("latin1")}/${name}`;
}
