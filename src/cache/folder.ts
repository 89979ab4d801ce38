/** Where the cache lies: the user's cache folder, and never the tree that is scanned. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

export function defaultCacheFolder(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  // The base directory specification says to pass over a relative path.
  const given = environment.XDG_CACHE_HOME;
  if (given !== undefined && isAbsolute(given)) return join(given, "adr-scan");
  const local = environment.LOCALAPPDATA;
  if (platform === "win32" && local !== undefined && isAbsolute(local))
    return join(local, "adr-scan", "cache");
  return join(homedir(), ".cache", "adr-scan");
}

/**
 * Why a folder must not serve as cache, or undefined where it may. Whoever can write there decides what the scanner
 * believes of code it has "seen before".
 */
export function refusal(folder: string, scanned: string): string | undefined {
  const place = real(resolve(folder));
  const way = relative(real(resolve(scanned)), place);
  if (way === "" || (!isAbsolute(way) && way.split(/[\\/]/, 1)[0] !== ".."))
    return `the cache ${folder} lies in the scanned tree and is not used: what is scanned could have written it`;
  const stat = statSync(place, { throwIfNoEntry: false });
  if (stat === undefined || process.platform === "win32") return undefined;
  const me = process.getuid?.();
  if (me !== undefined && me !== 0 && stat.uid !== me && stat.uid !== 0)
    return `the cache ${folder} belongs to another user and is not used`;
  if ((stat.mode & 0o002) !== 0)
    return `the cache ${folder} can be written by everybody and is not used`;
  return undefined;
}

/** A path without symbolic links, as far as it exists. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(real(parent), relative(parent, path));
  }
}

/** The nearest folder above that holds `.git`, else the folder itself. */
export function repositoryAround(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return folder;
  }
}
