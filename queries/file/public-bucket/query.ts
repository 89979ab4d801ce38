/** Storage that anybody on the internet can read, or write, by the description of what is set up. */
import { defineFileQuery, type FileResult, type TextFile } from "../../../src/query-api.ts";

/** Made to be seen: pages, their parts, and what is downloaded. */
const MEANT =
  /web|site|static|asset|public|cdn|www|frontend|front_end|spa|docs|download|landing|media|image|release|dist/i;

export default defineFileQuery({
  id: "public-bucket",
  name: "Storage that anybody on the internet can read",
  cwe: ["CWE-732"],
  severity: "high",
  precision: "high",
  persona: "regular",
  files: ["**/*.tf", "**/*.tf.json"],
  example: "storage.tf",
  message: "Anybody on the internet can {deed} what is kept in {bucket}: {evidence}.",
  why: "Names of buckets are guessed and found in pages and logs. What is public is copied by whoever comes by first.",
  fix: "Block public access and give out signed addresses to whoever may have the file. Keep what is for everybody in storage of its own.",
  good: `
resource "aws_s3_bucket_acl" "uploads" {
  bucket = "uploads"
  acl    = "private"
}
`,
  bad: `
resource "aws_s3_bucket_acl" "uploads" {
  bucket = "uploads"
  acl    = "public-read"
}
`,

  *find(files) {
    for (const file of files) yield* blocks(file);
  },
});

function* blocks({ path, text }: TextFile): Iterable<FileResult> {
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const [, type, name] = /^\s*resource\s+"(\w+)"\s+"([\w-]+)"\s*\{/.exec(lines[at]!) ?? [];
    if (type === undefined || name === undefined) continue;
    const end = endOf(lines, at);
    const body = lines.slice(at, end + 1);
    if (
      MEANT.test(name) ||
      body.some((line) => /^\s*(?:bucket|name)\s*=/.test(line) && MEANT.test(line))
    )
      continue;
    // A bucket that is a site has pages for an index.
    if (body.some((line) => /^\s*website\s*\{|index_document|main_page_suffix/.test(line)))
      continue;
    for (const [index, line] of body.entries()) {
      const claim = claimOf(type, line.replace(/(?:#|\/\/).*$/, ""));
      if (claim)
        yield {
          path,
          line: at + index + 1,
          about: `${type} ${name} ${claim.evidence}`,
          values: { ...claim, bucket: name },
          confidence: "high",
        };
    }
  }
}

function claimOf(type: string, line: string): { deed: string; evidence: string } | undefined {
  const [, key, value] = /^\s*(\w+)\s*=\s*"?([\w-]+)"?/.exec(line) ?? [];
  if (key === undefined || value === undefined) return undefined;
  const evidence = `${key} is ${value}`;
  if (/^aws_s3_(?:bucket|bucket_acl|object|bucket_object)$/.test(type) && key === "acl")
    if (/^public-read(?:-write)?$/.test(value))
      return { deed: value.endsWith("write") ? "read and change" : "read", evidence };
  if (type === "azurerm_storage_container" && key === "container_access_type")
    if (/^(?:blob|container)$/.test(value)) return { deed: "read", evidence };
  if (
    /^google_storage_bucket_(?:iam_\w+|access_control)$|^google_storage_(?:default_)?object_access_control$/.test(
      type,
    )
  )
    if (/^(?:member|entity)$/.test(key) && /^all(?:Authenticated)?Users$/.test(value))
      return { deed: "read", evidence: `${value} are let in` };
  return undefined;
}

/** The line on which a block ends. */
function endOf(lines: readonly string[], from: number): number {
  let depth = 0;
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]!.replace(/"(?:[^"\\]|\\.)*"/g, "");
    depth += line.split("{").length - line.split("}").length;
    if (depth <= 0) return at;
  }
  return lines.length - 1;
}
