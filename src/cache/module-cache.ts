/** Modules in the store: by what they are made of, and a miss for whatever cannot be read back. */
import { resolve } from "node:path";
import type { Frontend } from "../program/frontends/frontend.ts";
import type { Dialect, ModuleIr } from "../program/ir/module-ir.ts";
import { defaultCacheFolder, refusal, repositoryAround } from "./folder.ts";
import { irKey } from "./keys.ts";
import { decodeModule, encodeModule } from "./module-codec.ts";
import { openStore, type Store } from "./store.ts";

type Maker = Pick<Frontend, "languages" | "version">;

export class StoredModules {
  readonly #store: Store;
  readonly #notify: (notice: string) => void;

  constructor(store: Store, notify: (notice: string) => void = () => {}) {
    this.#store = store;
    this.#notify = notify;
  }

  get(blobId: string, { languages, version }: Maker, dialect: Dialect): ModuleIr | undefined {
    const bytes = this.#store.get(irKey(blobId, languages[0]!, dialect, version));
    if (bytes === undefined) return undefined;
    try {
      return decodeModule(bytes);
    } catch {
      return undefined;
    }
  }

  put(blobId: string, { languages, version }: Maker, dialect: Dialect, ir: ModuleIr): void {
    this.#store.put(irKey(blobId, languages[0]!, dialect, version), encodeModule(ir));
  }

  /** Writes what is new. Call it once the answer is out: nobody waits for it. */
  close(): void {
    this.#store.close();
    this.#store.notices.forEach(this.#notify);
  }
}

/**
 * The cache in `folder`, or in the user's cache folder; undefined, with a notice, where that must not be used.
 * `scanned` is any folder of the scanned tree; what lies in its repository is of the tree too.
 */
export function openModuleCache(
  folder: string | undefined,
  scanned: string,
  notify: (notice: string) => void,
): StoredModules | undefined {
  const place = resolve(folder ?? defaultCacheFolder());
  const refused = refusal(place, repositoryAround(resolve(scanned)));
  if (refused === undefined) return new StoredModules(openStore(place), notify);
  notify(refused);
  return undefined;
}
