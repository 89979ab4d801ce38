/** Rules of a store that let everybody, or everybody with an account, read or write what is somebody's. */
import { defineFileQuery, type FileResult, type TextFile } from "../../../src/query-api.ts";

/** Collections of what is somebody's own. */
const PERSONAL =
  /user|profile|account|order|payment|invoice|message|chat|note|address|patient|customer|member|private|secret|token|document=\*\*|^\w+=\*\*$/i;

export default defineFileQuery({
  id: "firebase-rules-open",
  name: "Rules that let everybody read or write",
  cwe: ["CWE-732", "CWE-284"],
  severity: "high",
  precision: "high",
  persona: "regular",
  files: ["**/*.rules", "**/database.rules.json", "**/*.rules.json"],
  example: "firestore.rules",
  message: "{who} can {deed} {what}: the rule asks {asked}.",
  why: "A page talks to the store directly, with keys that are public. What keeps people apart are these rules alone, and anybody can make an account.",
  fix: "Compare the sender with the owner (request.auth.uid == userId), deny everything else, and check what is written. Test the rules in the emulator with two users and with none.",
  good: `
service cloud.firestore {
  match /databases/{database}/documents {
    match /users/{id} { allow read, write: if request.auth.uid == id; }
  }
}
`,
  bad: `
service cloud.firestore {
  match /databases/{database}/documents {
    match /users/{id} { allow read, write: if true; }
  }
}
`,

  *find(files) {
    for (const file of files) yield* file.path.endsWith(".json") ? realtime(file) : firestore(file);
  },
});

const OPEN = /^(?:true|request\.time\s*<\s*timestamp\.date\([^)]*\)|\(\s*true\s*\))$/;
const SIGNED_IN =
  /^(?:request\.auth\s*!=\s*null|request\.auth\.uid\s*!=\s*null|request\.auth\s*!=\s*null\s*&&\s*request\.auth\.uid\s*!=\s*null|isSignedIn\(\)|isAuthenticated\(\)|signedIn\(\))$/;

function* firestore({ path, text }: TextFile): Iterable<FileResult> {
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "));
  const lines = plain.split(/\r?\n/);
  const scopes: string[] = [];
  let open = 0;
  const depths: number[] = [];
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/\/\/.*$/, "");
    const matched = /\bmatch\s+(\/\S+(?:\{[^}]*\}\S*)*)\s*\{/.exec(line);
    if (matched) {
      scopes.push(matched[1]!);
      depths.push(
        open + count(line.slice(0, matched.index), "{") - count(line.slice(0, matched.index), "}"),
      );
    }
    for (const [, methods, condition] of line.matchAll(
      /\ballow\s+([\w,\s]+?)\s*(?::\s*if\s+([^;]+))?;/g,
    )) {
      const where = scopes
        .join("")
        .replace(/^\/databases\/\{\w+\}\/documents/, "")
        .replace(/^\/b\/\{\w+\}\/o/, "");
      const rule = (condition ?? "true").trim();
      const writes = /write|create|update|delete/.test(methods!);
      const isForAll = OPEN.test(rule);
      if (!isForAll && !SIGNED_IN.test(rule)) continue;
      const isWide = /=\*\*\}/.test(where) && /^\/\{\w+=\*\*\}$/.test(where);
      // What everybody may read is often meant so; what is somebody's own is not.
      const isPersonal = isWide || PERSONAL.test(where);
      // Who has an account may add something: that is what accounts are for.
      const changesOthers = /write|update|delete/.test(methods!);
      if (
        isForAll
          ? !writes && !isPersonal
          : !(isPersonal && (changesOthers || /read|get|list/.test(methods!)))
      )
        continue;
      if (isForAll && writes && !changesOthers && !isPersonal) continue;
      yield {
        path,
        line: index + 1,
        about: `${where} ${methods!.replace(/\s+/g, "")} ${isForAll ? "all" : "signed in"}`,
        values: {
          who: isForAll ? "Anybody" : "Anybody with an account",
          deed: writes ? (/read|get|list/.test(methods!) ? "read and change" : "change") : "read",
          what: isWide ? "everything in the store" : `what is under ${where || "/"}`,
          asked: isForAll ? "nothing" : "for an account and not for whose it is",
        },
        confidence: isForAll ? "high" : "medium",
      };
    }
    open += count(line, "{") - count(line, "}");
    while (depths.length > 0 && open <= depths.at(-1)!) {
      depths.pop();
      scopes.pop();
    }
  }
}

const count = (text: string, character: string): number => text.split(character).length - 1;

/** Rules of the realtime database: JSON with keys that begin with a point. */
function* realtime({ path, text }: TextFile): Iterable<FileResult> {
  const keys: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const opened = /"([^"]+)"\s*:\s*\{/.exec(line);
    const rule = /"\.(read|write)"\s*:\s*(?:"([^"]*)"|(true))/.exec(line);
    if (opened) keys.push(opened[1]!);
    if (rule) {
      const condition = (rule[2] ?? rule[3] ?? "").trim();
      const where = `/${keys.filter((key) => key !== "rules").join("/")}`;
      const isForAll = condition === "true";
      const isSignedIn = /^auth\s*!=\s*null$|^auth\.uid\s*!=\s*null$/.test(condition);
      const isPersonal = where === "/" || PERSONAL.test(where);
      if ((isForAll && (rule[1] === "write" || isPersonal)) || (isSignedIn && isPersonal))
        yield {
          path,
          line: index + 1,
          about: `${where} ${rule[1]} ${condition}`,
          values: {
            who: isForAll ? "Anybody" : "Anybody with an account",
            deed: rule[1] === "write" ? "change" : "read",
            what: where === "/" ? "everything in the store" : `what is under ${where}`,
            asked: isForAll ? "nothing" : "for an account and not for whose it is",
          },
          confidence: isForAll ? "high" : "medium",
        };
    }
    const closed =
      count(line.replace(/"[^"]*"/g, ""), "}") -
      count(line.replace(/"[^"]*"/g, ""), "{") +
      (opened ? 1 : 0);
    for (let left = closed; left > 0; left--) keys.pop();
  }
}
