/** The cache: what goes in comes out, or nothing does. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { defaultCacheFolder, refusal } from "../src/cache/folder.ts";
import { irKey } from "../src/cache/keys.ts";
import { openModuleCache } from "../src/cache/module-cache.ts";
import { decodeModule, encodeModule } from "../src/cache/module-codec.ts";
import { noStore, openStore } from "../src/cache/store.ts";
import type { FunctionRecord, ModuleIr } from "../src/program/ir/module-ir.ts";

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "adr-scan-cache-"));
  made.push(folder);
  return folder;
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

function textOf(record: Uint8Array | undefined): string | undefined {
  return record === undefined ? undefined : Buffer.from(record).toString();
}

function fill(folder: string, from: number, to: number, size = 10): void {
  const store = openStore(folder);
  for (let at = from; at < to; at++) store.put(`key ${at}`, bytes(`${at} ${"x".repeat(size)}`));
  store.close();
}

function packs(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".pack"))
    .map((name) => join(folder, name));
}

describe("store", () => {
  test("keeps records, of this run and of earlier ones, at aligned addresses", () => {
    const folder = join(temporaryFolder(), "made", "when needed");
    const store = openStore(folder);
    expect(store.get("a")).toBeUndefined();
    store.put("a", bytes("one"));
    store.put("empty", new Uint8Array(0));
    expect(textOf(store.get("a"))).toBe("one");
    store.close();
    const next = openStore(folder);
    expect(textOf(next.get("a"))).toBe("one");
    expect(next.get("a")!.byteOffset).toBe(0);
    expect(next.get("empty")).toEqual(new Uint8Array(0));
    next.get("a")!.fill(0);
    expect(textOf(next.get("a"))).toBe("one");
    next.close();
    expect(next.notices).toEqual([]);
    if (process.platform !== "win32") expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test("any records, in any order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.uint8Array({ maxLength: 40 }), { maxKeys: 20 }), {
          maxLength: 5,
        }),
        (runs) => {
          const folder = temporaryFolder();
          const expected = new Map<string, Uint8Array>();
          for (const run of runs) {
            const store = openStore(folder);
            for (const [key, value] of Object.entries(run)) {
              if (store.get(key) !== undefined) continue;
              store.put(key, value);
              expected.set(key, value);
            }
            store.close();
          }
          const store = openStore(folder);
          for (const [key, value] of expected)
            expect(Array.from(store.get(key)!)).toEqual(Array.from(value));
          expect(store.get("none of these keys")).toBeUndefined();
          store.close();
        },
      ),
      { numRuns: 60, seed: 3 },
    );
  });

  test("damage anywhere is a miss and never another record", () => {
    const folder = temporaryFolder();
    fill(folder, 0, 50);
    const [file] = packs(folder);
    const whole = readFileSync(file!);
    const check = () => {
      const store = openStore(folder);
      let found = 0;
      for (let at = 0; at < 50; at++) {
        const record = textOf(store.get(`key ${at}`));
        if (record === undefined) continue;
        expect(record).toBe(`${at} ${"x".repeat(10)}`);
        found++;
      }
      store.close();
      return found;
    };
    expect(check()).toBe(50);
    for (let at = 0; at < whole.length; at += 7) {
      const broken = Buffer.from(whole);
      broken[at] = broken[at]! ^ 0x5a;
      writeFileSync(file!, broken);
      check();
    }
    for (const length of [0, 10, 100, whole.length - 1]) {
      writeFileSync(file!, whole);
      truncateSync(file!, length);
      expect(check()).toBe(0);
    }
    writeFileSync(file!, "something else altogether".repeat(100));
    expect(check()).toBe(0);
    rmSync(file!);
    mkdirSync(file!);
    expect(check()).toBe(0);
  });

  test("runs at the same time do not disturb each other", () => {
    const folder = temporaryFolder();
    fill(folder, 0, 10);
    const [one, two] = [openStore(folder), openStore(folder)];
    one.put("one", bytes("1"));
    two.put("two", bytes("2"));
    two.put("one", bytes("1"));
    one.close();
    expect(textOf(two.get("key 3"))).toBe(`3 ${"x".repeat(10)}`);
    two.close();
    const after = openStore(folder);
    expect([textOf(after.get("one")), textOf(after.get("two"))]).toEqual(["1", "2"]);
    after.close();
  });

  test("a segment that another run removed is still read", () => {
    const folder = temporaryFolder();
    fill(folder, 0, 10);
    const store = openStore(folder);
    for (const file of packs(folder)) rmSync(file);
    if (process.platform !== "win32") expect(store.get("key 1")).toBeDefined();
    store.close();
    expect(store.notices).toEqual([]);
  });

  test("many small segments become one", () => {
    const folder = temporaryFolder();
    for (let run = 0; run < 30; run++) fill(folder, run * 3, run * 3 + 4);
    expect(packs(folder).length).toBeLessThan(12);
    const store = openStore(folder);
    for (let at = 0; at < 91; at++) expect(store.get(`key ${at}`)).toBeDefined();
    store.close();
  });

  test("what was not used for longest makes room, and what is used stays", () => {
    const folder = temporaryFolder();
    const limit = 100_000;
    for (let run = 0; run < 8; run++) {
      const store = openStore(folder, limit);
      expect(run === 0 || store.get("key 0") !== undefined).toBe(true);
      for (let at = run * 100; at < run * 100 + 100; at++)
        store.put(`key ${at}`, bytes(`${at} ${"x".repeat(200)}`));
      store.close();
      // As if each run were a day after the other.
      const then = Date.now() / 1000 - (8 - run) * 86_400;
      for (const file of packs(folder))
        if (Date.now() - statSync(file).mtimeMs < 60_000) utimesSync(file, then, then);
    }
    const total = packs(folder).reduce((sum, file) => sum + statSync(file).size, 0);
    expect(total).toBeLessThan(limit * 1.3);
    const store = openStore(folder, limit);
    expect(store.get("key 0")).toBeDefined();
    expect(store.get("key 799")).toBeDefined();
    expect(store.get("key 101")).toBeUndefined();
    store.close();
  });

  test("what cannot be written is a notice", () => {
    const place = join(temporaryFolder(), "a file");
    writeFileSync(place, "");
    const store = openStore(join(place, "cache"));
    store.put("a", bytes("a"));
    expect(store.get("a")).toBeDefined();
    store.close();
    expect(store.notices.join()).toMatch(/was not written: ENOTDIR/);
    noStore.put("a", bytes("a"));
    expect(noStore.get("a")).toBeUndefined();
  });

  test("drafts of ended runs are removed in time", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "old.draft"), "x");
    writeFileSync(join(folder, "new.draft"), "x");
    utimesSync(join(folder, "old.draft"), 1, 1);
    fill(folder, 0, 1);
    expect(readdirSync(folder).filter((name) => name.endsWith(".draft"))).toEqual(["new.draft"]);
  });

  test("a writer that is killed leaves nothing that is read", () => {
    const folder = temporaryFolder();
    fill(folder, 0, 5);
    const script = `
      const fs = require("node:fs");
      fs.writeFileSync(${JSON.stringify(join(folder, "half.draft"))}, fs.readFileSync(${JSON.stringify(packs(folder)[0])}).subarray(0, 60));
      process.kill(process.pid, "SIGKILL");`;
    spawnSync(process.execPath, ["-e", script]);
    const store = openStore(folder);
    expect(store.get("key 4")).toBeDefined();
    store.close();
  });
});

describe("folder", () => {
  test("is the user's cache folder", () => {
    expect(defaultCacheFolder({ XDG_CACHE_HOME: "/var/cache/me" }, "linux")).toBe(
      "/var/cache/me/adr-scan",
    );
    expect(defaultCacheFolder({ XDG_CACHE_HOME: "relative" }, "linux")).toMatch(
      /[\\/]\.cache[\\/]adr-scan$/,
    );
    expect(defaultCacheFolder({ LOCALAPPDATA: "/local" }, "win32")).toMatch(
      /local.adr-scan.cache$/,
    );
  });

  test("is not in the scanned tree, by whatever way, nor open to all", () => {
    const tree = temporaryFolder();
    const apart = temporaryFolder();
    expect(refusal(join(tree, ".cache"), tree)).toMatch(/lies in the scanned tree/);
    expect(refusal(tree, tree)).toMatch(/lies in the scanned tree/);
    expect(refusal(join(tree, "..x"), tree)).toMatch(/lies in the scanned tree/);
    expect(refusal(apart, tree)).toBeUndefined();
    expect(refusal(join(apart, "not", "there"), tree)).toBeUndefined();
    if (process.platform === "win32") return;
    symlinkSync(join(tree, "inside"), join(apart, "link"));
    mkdirSync(join(tree, "inside"));
    expect(refusal(join(apart, "link", "deeper"), tree)).toMatch(/lies in the scanned tree/);
    chmodSync(apart, 0o777);
    expect(refusal(apart, tree)).toMatch(/written by everybody/);
  });
});

describe("module codec", () => {
  const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const ints = fc.array(int, { maxLength: 20 }).map((all) => Int32Array.from(all));
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "\0", "\ud800", "é\n"));
  const span = fc.record({ start: int, end: int });
  const role = fc.constantFrom<FunctionRecord["role"]>(
    "module",
    "function",
    "arrow",
    "method",
    "constructor",
    "getter",
    "setter",
  );
  const functionRecord: fc.Arbitrary<FunctionRecord> = fc.record({
    name: text,
    role,
    span,
    parent: int,
    class: int,
    isStatic: fc.boolean(),
    async: fc.boolean(),
    generator: fc.boolean(),
    parameters: int,
    captures: fc.array(int, { maxLength: 4 }),
    firstInstruction: int,
    endInstruction: int,
    firstBlock: int,
    endBlock: int,
  });
  const module: fc.Arbitrary<ModuleIr> = fc.record({
    language: fc.constantFrom<ModuleIr["language"]>("javascript", "python"),
    dialect: fc.constantFrom<ModuleIr["dialect"]>("js", "tsx"),
    strings: fc.array(text),
    kinds: fc.uint8Array({ maxLength: 9 }),
    operandStart: ints,
    operands: ints,
    spans: ints,
    blockStart: ints,
    successorStart: ints,
    successors: ints,
    functions: fc.array(functionRecord, { maxLength: 5 }),
    classes: fc.array(
      fc.record({
        name: text,
        span,
        superclass: int,
        constructor_: int,
        members: fc.array(fc.record({ name: text, function: int, isStatic: fc.boolean(), role })),
        fieldTypes: fc.array(fc.record({ field: text, type: text })),
      }),
      { maxLength: 2 },
    ),
    variables: fc.array(fc.record({ name: text, function: int, type: text })),
    imports: fc.array(fc.record({ local: text, module: text, name: text })),
    exports: fc.array(
      fc.oneof(
        fc.record({ name: text, variable: int }),
        fc.record({ name: text, module: text, imported: text }),
      ),
    ),
    typeAliases: fc.array(fc.record({ name: text, target: text })),
    interfaces: fc.array(fc.record({ name: text, methods: fc.array(text) })),
    directives: fc.array(fc.record({ function: int, text })),
    problems: fc.array(
      fc.record({ kind: fc.constantFrom("syntax-error", "too-deep"), message: text, span }),
    ),
  });

  test("what goes in comes out", () => {
    fc.assert(
      fc.property(module, (ir) => {
        const encoded = encodeModule(ir);
        expect(decodeModule(encoded)).toEqual(ir);
        // At an odd address too, as in a larger buffer.
        const shifted = new Uint8Array(encoded.length + 1);
        shifted.set(encoded, 1);
        expect(decodeModule(shifted.subarray(1))).toEqual(ir);
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  test("arrays are views of the record", () => {
    const [ir] = fc.sample(module, { numRuns: 1, seed: 5 });
    const encoded = encodeModule(ir!);
    expect(decodeModule(encoded).operands.buffer).toBe(encoded.buffer);
  });

  test("modules are found by content, dialect and frontend, in a folder outside the tree", () => {
    const [ir] = fc.sample(module, { numRuns: 1, seed: 7 });
    const frontend = { languages: ["javascript"], version: 1 } as const;
    const [tree, folder, notices] = [temporaryFolder(), temporaryFolder(), [] as string[]];
    const open = (at: string) => openModuleCache(at, tree, (notice) => notices.push(notice));
    const first = open(folder)!;
    first.put("a".repeat(40), frontend, "js", ir!);
    first.close();
    const second = open(folder)!;
    expect(second.get("a".repeat(40), frontend, "js")).toEqual(ir);
    expect(second.get("a".repeat(40), frontend, "vue")).toBeUndefined();
    expect(second.get("a".repeat(40), { ...frontend, version: 2 }, "js")).toBeUndefined();
    second.close();
    expect(notices).toEqual([]);
    mkdirSync(join(tree, ".git"));
    mkdirSync(join(tree, "deep"));
    expect(
      openModuleCache(join(tree, "c"), join(tree, "deep"), (notice) => notices.push(notice)),
    ).toBeUndefined();
    expect(notices.join()).toMatch(/lies in the scanned tree/);
    const odd = openStore(folder);
    odd.put(irKey("b".repeat(40), "javascript", "js", 1), new Uint8Array(3));
    odd.close();
    const third = open(folder)!;
    expect(third.get("b".repeat(40), frontend, "js")).toBeUndefined();
    third.close();
  });

  test("other bytes are refused", () => {
    const [ir] = fc.sample(module, { numRuns: 1, seed: 6 });
    const encoded = encodeModule(ir!);
    for (const wrong of [
      new Uint8Array(0),
      encoded.slice(1),
      encoded.slice(0, -1),
      new Uint8Array(100),
    ])
      expect(() => decodeModule(wrong)).toThrow(RangeError);
  });
});

test("a key tells files, dialects and frontends apart", () => {
  const id = "78981922613b2afb6025042ff6bd878ac1994e85";
  const keys = [
    irKey(id, "javascript", "js", 1),
    irKey(id, "typescript", "ts", 1),
    irKey(id, "typescript", "tsx", 1),
    irKey(id, "javascript", "js", 2),
    irKey(id.replace("7", "8"), "javascript", "js", 1),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});
