/** Hashes: git's object ids, and plain digests for keys. */
import { createHash } from "node:crypto";

export type ObjectFormat = "sha1" | "sha256";

/** The id git gives to these bytes, with no filter applied. */
export function objectId(
  type: "blob" | "commit" | "tree",
  bytes: Uint8Array,
  format: ObjectFormat = "sha1",
): string {
  return createHash(format).update(`${type} ${bytes.length}\0`).update(bytes).digest("hex");
}

export function blobId(bytes: Uint8Array, format: ObjectFormat = "sha1"): string {
  return objectId("blob", bytes, format);
}

/** Digest of parts that cannot run into each other: each is preceded by its length. */
export function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex");
}
