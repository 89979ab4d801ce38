/** A whole tree in intermediate form: its modules with dense numbers for values, functions and variables. */
import type { FunctionRecord, ModuleIr, VariableRecord } from "./ir/module-ir.ts";

export interface SourceModule {
  readonly index: number;
  /** Repository-relative, with `/`. */
  readonly path: string;
  /** Object id of the text. */
  readonly id: string;
  readonly ir: ModuleIr;
  /** Added to a number of this module to get the program's. */
  readonly valueBase: number;
  readonly functionBase: number;
  readonly variableBase: number;
}

/** What a module's text says about the tree, found by linking. */
export interface Linker {
  /**
   * The module a specifier means, or undefined when it is not in the tree; where a package is several files, the one that
   * declares `name`.
   */
  resolve(from: SourceModule, specifier: string, name?: string): SourceModule | undefined;
  /** The module that `name` means inside of the package a specifier means, where a package's names may be modules. */
  submodule(from: SourceModule, specifier: string, name: string): SourceModule | undefined;
  /** What a specifier outside the tree may name, most likely first: a library, and the member of it that is meant. */
  libraries(from: SourceModule, specifier: string): readonly (readonly string[])[];
}

/** Numbers are dense and follow (path, offset), so that no result depends on the order of reading. */
export class Program {
  readonly modules: readonly SourceModule[];
  readonly valueCount: number;
  readonly functionCount: number;
  readonly variableCount: number;
  readonly #moduleOfFunction: Int32Array;
  readonly #byPath: ReadonlyMap<string, SourceModule>;

  constructor(
    files: readonly { readonly path: string; readonly id: string; readonly ir: ModuleIr }[],
  ) {
    const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    const modules: SourceModule[] = [];
    let values = 0;
    let functions = 0;
    let variables = 0;
    for (const { path, id, ir } of sorted) {
      modules.push({
        index: modules.length,
        path,
        id,
        ir,
        valueBase: values,
        functionBase: functions,
        variableBase: variables,
      });
      values += ir.kinds.length;
      functions += ir.functions.length;
      variables += ir.variables.length;
    }
    this.modules = modules;
    this.valueCount = values;
    this.functionCount = functions;
    this.variableCount = variables;
    this.#moduleOfFunction = new Int32Array(functions);
    for (const module of modules) {
      this.#moduleOfFunction.fill(
        module.index,
        module.functionBase,
        module.functionBase + module.ir.functions.length,
      );
    }
    this.#byPath = new Map(modules.map((module) => [module.path, module]));
  }

  at(path: string): SourceModule | undefined {
    return this.#byPath.get(path);
  }

  moduleOf(fn: number): SourceModule {
    return this.modules[this.#moduleOfFunction[fn]!]!;
  }

  functionAt(fn: number): FunctionRecord {
    const module = this.moduleOf(fn);
    return module.ir.functions[fn - module.functionBase]!;
  }

  moduleOfValue(value: number): SourceModule {
    return this.#search(value, (module) => module.valueBase);
  }

  moduleOfVariable(variable: number): SourceModule {
    return this.#search(variable, (module) => module.variableBase);
  }

  variableAt(variable: number): VariableRecord {
    const module = this.moduleOfVariable(variable);
    return module.ir.variables[variable - module.variableBase]!;
  }

  /** The function that declares a variable. */
  ownerOf(variable: number): number {
    const module = this.moduleOfVariable(variable);
    return module.functionBase + module.ir.variables[variable - module.variableBase]!.function;
  }

  /** The function an instruction stands in. */
  functionOfValue(value: number): number {
    const module = this.moduleOfValue(value);
    const local = value - module.valueBase;
    const { functions } = module.ir;
    let low = 0;
    let high = functions.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (functions[middle]!.firstInstruction <= local) low = middle;
      else high = middle - 1;
    }
    // Functions with no instructions share their start with the next one.
    while (functions[low]!.endInstruction <= local && low + 1 < functions.length) low++;
    return module.functionBase + low;
  }

  /** Names of the enclosing functions and classes, outermost first: `UserStore.find`. */
  symbolOf(fn: number): string {
    const module = this.moduleOf(fn);
    const names: string[] = [];
    for (let at = fn - module.functionBase; at > 0; ) {
      const record = module.ir.functions[at]!;
      if (record.name !== "") names.unshift(record.name);
      if (record.class >= 0) {
        const { name } = module.ir.classes[record.class]!;
        if (name !== "" && record.role !== "constructor") names.unshift(name);
      }
      at = record.parent;
    }
    return names.join(".");
  }

  #search(number: number, base: (module: SourceModule) => number): SourceModule {
    let low = 0;
    let high = this.modules.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (base(this.modules[middle]!) <= number) low = middle;
      else high = middle - 1;
    }
    return this.modules[low]!;
  }
}
