/** Where a report goes: standard output, or a file that is whole or not there. */
import { existsSync, lstatSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** The report could not be written. The message is one line that says why. */
export class OutputError extends Error {}

/** What the system's codes mean to somebody who has to do something about it. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EDQUOT: "the quota of disk space is used up",
  EISDIR: "it is a folder",
  EIO: "the device fails",
  ENOSPC: "there is no space left",
  EPERM: "permission is denied",
  EROFS: "the file system can only be read",
};

const reasonOf = (error: NodeJS.ErrnoException): string =>
  REASONS[error.code ?? ""] ?? error.message;

/** Finds out before the work what would lose its result. Throws {@link OutputError}. */
export function checkOutput(output: string | undefined): void {
  if (output === undefined) return;
  const path = resolve(output);
  if (!existsSync(dirname(path)))
    throw new OutputError(`cannot write ${output}: its folder does not exist`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new OutputError(`cannot write ${output}: ${REASONS.EISDIR}`);
}

/** Writes all of a text, to standard output without a file's name. Throws {@link OutputError}. */
export async function writeOutput(text: string, output: string | undefined): Promise<void> {
  if (output === undefined) return writeStream(text, process.stdout);
  try {
    writeFileSync(output, text);
  } catch (error) {
    // Half a report would be taken for a whole one.
    if (lstatSync(output, { throwIfNoEntry: false })?.isFile()) rmSync(output, { force: true });
    throw new OutputError(`cannot write ${output}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

/** A reader that goes away early, as `head` does, has what it wanted: that is no error. */
export function writeStream(text: string, stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((done, fail) => {
    const settle = (error?: NodeJS.ErrnoException | null): void => {
      if (!error || error.code === "EPIPE") done();
      else fail(new OutputError(`cannot write to standard output: ${reasonOf(error)}`));
    };
    stream.once("error", settle);
    stream.write(text, settle);
  });
}
