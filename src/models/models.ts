/**
 * All model rows as one automaton over path segments. What is known of a library value is a set of its states, interned
 * as a small number (an *api token*): 0 means nothing is known. A type row is an empty transition to the type's root.
 */
import type { Kinds } from "./kinds.ts";
import {
  ArgumentPosition,
  type Path,
  PathSyntaxError,
  parsePath,
  parseSegments,
  type Segment,
} from "./path-grammar.ts";
import type {
  CallPosition,
  Constraint,
  DefaultRow,
  FileRow,
  NamedRow,
  Row,
  SinkRow,
} from "./rows.ts";
import type { ModelFile } from "./schema.ts";
import type { Vocabulary } from "./vocabulary.ts";

export type ApiToken = number;

interface State {
  readonly id: number;
  readonly members: Map<string, State>;
  anyMember: State | undefined;
  readonly arguments: {
    readonly from: number;
    readonly to: number;
    readonly names: readonly string[];
    readonly state: State;
  }[];
  readonly parameters: { readonly from: number; readonly to: number; readonly state: State }[];
  readonly other: Map<
    "return" | "instance" | "awaited" | "element" | "decorated" | "subclass",
    State
  >;
  readonly empty: State[];
  readonly rows: Row[];
}

/** Languages whose programs use the libraries of another. */
const LIBRARIES_OF: Readonly<Record<string, string>> = { typescript: "javascript" };

/** The library of a repository's own functions that its configuration names. */
export const OWN_ROOT = "@own";

/** Which libraries a language's programs use: names of libraries, and what built-ins are, mean nothing beyond it. */
export const librariesOf = (language: string): string => LIBRARIES_OF[language] ?? language;

/** Rows found at a value, by what they are about. */
export interface RowsAt {
  readonly rows: readonly Row[];
  /** True when the library's author or we have said all there is to say about calling it. */
  readonly known: boolean;
}

/** Roles of rows that say nothing about what a call does with data. */
const ABOUT_NO_FLOW: ReadonlySet<Row["role"]> = new Set([
  "source",
  "router",
  "route",
  "scope",
  "shared",
  "table",
  "access",
  "clause",
  "condition",
  "part",
  "decorator",
  "view",
  "form",
  "include",
  "global",
  "check",
  "act",
  "misuse",
  "injector",
  "setting",
  "precaution",
  "mark",
  "present",
]);

const NOTHING: RowsAt = { rows: [], known: false };

export class Models {
  readonly kinds: Kinds;
  readonly vocabulary: Vocabulary;
  readonly named: NamedRow[] = [];
  readonly files: FileRow[] = [];
  readonly defaults: DefaultRow[] = [];
  readonly #roots = new Map<string, State>();
  readonly #rootTokens = new Map<string, ApiToken>();
  #marks = 0;
  readonly #states: State[] = [];
  readonly #tokens = new Map<string, ApiToken>();
  readonly #sets: (readonly State[])[] = [[]];
  readonly #rowsAt: RowsAt[] = [NOTHING];
  readonly #steps = new Map<string, ApiToken>();

  constructor(kinds: Kinds, vocabulary: Vocabulary) {
    this.kinds = kinds;
    this.vocabulary = vocabulary;
  }

  // --- building -------------------------------------------------------------------------------------------------

  /** Adds what a file says of the libraries of a language. */
  add(file: ModelFile, language: string): void {
    const { kinds } = this;
    const stateAt = (path: Path): State => this.#at(path, language);
    for (const [name, paths] of Object.entries(file.types)) {
      for (const text of paths) stateAt(parsePath(text)).empty.push(this.#root(name, language));
    }
    for (const { kind, at, label, converted, structured, when } of file.sources) {
      kinds.checkSource(kind);
      const text = label ?? kinds.file.sources[kind]!.label;
      stateAt(parsePath(at)).rows.push({
        role: "source",
        kind,
        label: text,
        converted: converted ?? false,
        structured: structured ?? false,
        when: (when ?? []).map((one) => this.#constraint(one, language)),
      });
    }
    for (const sink of file.sinks) {
      const { kind, at, label, deep, textual, state, vulnerable, when, unless } = sink;
      kinds.checkSink(kind);
      const { callee, position } = splitAtCall(parsePath(at));
      stateAt(callee).rows.push({
        role: "sink",
        kind,
        bit: kinds.bit(kind),
        ...(label === undefined ? labelsOf(callee) : { label }),
        at: position,
        deep: deep ?? false,
        textual: textual ?? false,
        state: kinds.state(state),
        vulnerable: vulnerable === undefined ? undefined : positionOf(vulnerable),
        regex: sink.regex ?? false,
        when: (when ?? []).map((one) => this.#constraint(one, language)),
        unless: (unless ?? []).map((one) => this.#constraint(one, language)),
      });
    }
    for (const { setting, at, value, key } of file.settings) {
      stateAt(parsePath(at)).rows.push({
        role: "setting",
        setting,
        value: value === undefined ? undefined : positionOf(value),
        key: key === undefined ? undefined : positionOf(key),
      });
    }
    for (const { call, neutralises, from, to, beginning } of file.sanitizers) {
      stateAt(parsePath(call)).rows.push({
        role: "propagator",
        ...(beginning === undefined ? {} : { beginning: new RegExp(beginning) }),
        from: positionOf(from),
        to: positionOf(to),
        state: 0,
        whole: false,
        neutralises: kinds.set(neutralises),
        undoes: 0n,
      });
    }
    for (const { call, from, to, as, whole, undoes, neutralises } of file.propagators) {
      stateAt(parsePath(call)).rows.push({
        role: "propagator",
        from: positionOf(from),
        to: positionOf(to),
        state: kinds.state(as),
        whole: whole ?? false,
        neutralises: kinds.set(neutralises ?? []),
        undoes: kinds.set(undoes ?? []),
      });
    }
    for (const guard of file.guards) {
      const { call, value, how, pattern, own, outcome, neutralises } = guard;
      stateAt(parsePath(call)).rows.push({
        role: "guard",
        value: positionOf(value),
        how,
        pattern: pattern === undefined ? undefined : positionOf(pattern),
        regex: guard.regex ?? false,
        anchors: guard.anchors,
        own: own ?? false,
        outcome,
        neutralises: kinds.set(neutralises ?? []),
      });
    }
    for (const { call, when, neutralises, undoes } of file.precautions)
      stateAt(parsePath(call)).rows.push({
        role: "precaution",
        when: (when ?? []).map((one) => this.#constraint(one, language)),
        neutralises: kinds.set(neutralises ?? []),
        undoes: kinds.set(undoes ?? []),
      });
    for (const { call, value, pattern, regex, all } of file.rewrites) {
      stateAt(parsePath(call)).rows.push({
        role: "rewrite",
        value: positionOf(value),
        pattern: positionOf(pattern),
        regex: regex ?? false,
        all: all ?? false,
      });
    }
    for (const { call, path, mounted, fixed, root, steps, ofModule } of file.routers) {
      stateAt(parsePath(call)).rows.push({
        role: "router",
        path: path === undefined ? undefined : positionOf(path),
        mounted: mounted ?? false,
        ofModule: ofModule ?? false,
        library: file.library,
        fixed: fixed ?? false,
        steps: steps === undefined ? undefined : positionOf(steps),
        root: root ?? false,
      });
    }
    for (const one of file.routes) {
      const { call, method, methodAt, path, before, handlers, anyOrder, chain } = one;
      const { replaces, everywhere, ofModule } = one;
      stateAt(parsePath(call)).rows.push({
        role: "route",
        library: file.library,
        method,
        methodAt: methodAt === undefined ? undefined : positionOf(methodAt),
        path: path === undefined ? undefined : positionOf(path),
        before: (before ?? []).map(positionOf),
        handlers: positionOf(handlers),
        anyOrder: anyOrder ?? false,
        replaces: replaces ?? false,
        everywhere: everywhere ?? false,
        ofModule: ofModule ?? false,
        chain: chain ?? false,
      });
    }
    for (const { call, body, parameter, path } of file.scopes) {
      stateAt(parsePath(call)).rows.push({
        role: "scope",
        body: positionOf(body),
        parameter,
        path: path === undefined ? undefined : positionOf(path),
      });
    }
    for (const call of file.shared) stateAt(parsePath(call)).rows.push({ role: "shared" });
    for (const { call, at, method } of file.tables)
      stateAt(parsePath(call)).rows.push({
        role: "table",
        library: file.library,
        at: positionOf(at),
        method,
      });
    for (const { at, is, method, methodAt, path, detail, steps, kind } of file.decorators)
      stateAt(parsePath(at)).rows.push({
        role: "decorator",
        library: file.library,
        is,
        method,
        methodAt: methodAt === undefined ? undefined : positionOf(methodAt),
        detail: detail === undefined ? undefined : positionOf(detail),
        path: path === undefined ? undefined : positionOf(path),
        steps: steps === undefined ? undefined : positionOf(steps),
        kind,
      });
    for (const { class: base, members, provides, steps, wrappers, maker } of file.views)
      stateAt(parsePath(base)).rows.push({
        role: "view",
        library: file.library,
        members: new Map(
          Object.entries(members).map(([name, said]) => {
            const [method = "*", suffix = ""] = said.split(" ");
            return [name, { method, suffix }];
          }),
        ),
        provides: new Map(Object.entries(provides)),
        steps,
        wrappers,
        maker,
      });
    for (const { class: base, data, readonly: shown, ...form } of file.forms)
      stateAt(parsePath(base)).rows.push({
        role: "form",
        ...form,
        data: data.map(positionOf),
        readonly: shown,
      });
    for (const { at, of } of file.includes)
      stateAt(parsePath(at)).rows.push({
        role: "include",
        at: of === undefined ? undefined : positionOf(of),
      });
    for (const field of file.defaults) this.defaults.push({ library: file.library, field });
    for (const { token, field, guard } of file.globals)
      stateAt(parsePath(token)).rows.push({ role: "global", field, guard });
    for (const { path, drop, directive, exports, members, method, matcher } of file.files)
      this.files.push({
        library: file.library,
        path: path === undefined ? undefined : new RegExp(path),
        drop: drop === undefined ? undefined : new RegExp(drop, "g"),
        directive,
        exports,
        members: members ?? false,
        method,
        matcher: matcher?.split("."),
      });
    const maybe = (text: string | undefined): CallPosition | undefined =>
      text === undefined ? undefined : positionOf(text);
    for (const row of file.accesses)
      stateAt(parsePath(row.call)).rows.push({
        role: "access",
        operation: row.operation,
        chain: maybe(row.chain),
        record: maybe(row.record),
        named: row.named ?? false,
        onRecord: row.onRecord,
        table: maybe(row.table),
        key: maybe(row.key),
        where: maybe(row.where),
        data: maybe(row.data),
        sql: maybe(row.sql),
        select: maybe(row.select),
        limit: maybe(row.limit),
      });
    for (const row of file.clauses)
      stateAt(parsePath(row.call)).rows.push({
        role: "clause",
        operation: row.operation,
        table: maybe(row.table),
        key: maybe(row.key),
        where: maybe(row.where),
        field: maybe(row.field),
        value: maybe(row.value),
        data: maybe(row.data),
        text: maybe(row.text),
        params: maybe(row.params),
        select: maybe(row.select),
        limit: maybe(row.limit),
        atomic: row.atomic,
      });
    for (const { call, field, value } of file.conditions)
      stateAt(parsePath(call)).rows.push({
        role: "condition",
        field: maybe(field),
        value: maybe(value),
      });
    for (const { call, act, of } of file.acts)
      stateAt(parsePath(call)).rows.push({ role: "act", act, of: maybe(of) });
    for (const { call, operation, table, where, key, data, chain } of file.parts)
      stateAt(parsePath(call)).rows.push({
        role: "part",
        operation,
        table: maybe(table),
        where: where ?? false,
        key: maybe(key),
        data: maybe(data),
        chain: maybe(chain),
      });
    for (const { at, kind, except, unless } of file.checks)
      stateAt(parsePath(at)).rows.push({
        role: "check",
        kind,
        except: except ?? [],
        unless: (unless ?? []).map((one) => this.#constraint(one, language)),
      });
    for (const { kind, field, returnOf } of file.named) {
      kinds.checkSink(kind);
      this.named.push({
        kind,
        bit: kinds.bit(kind),
        field: field === undefined ? undefined : new RegExp(field, "i"),
        returnOf: returnOf === undefined ? undefined : new RegExp(returnOf, "i"),
      });
    }
    for (const call of file.injectors) stateAt(parsePath(call)).rows.push({ role: "injector" });
    for (const call of file.present) stateAt(parsePath(call)).rows.push({ role: "present" });
    for (const call of file.silent) stateAt(parsePath(call)).rows.push({ role: "silent" });
  }

  #constraint(
    { at, equals, matches, is }: NonNullable<ModelFile["sinks"][number]["when"]>[number],
    language: string,
  ): Constraint {
    return {
      at: positionOf(at),
      equals,
      matches: matches === undefined ? matches : new RegExp(matches),
      is: is === undefined ? is : this.mark(is, language),
    };
  }

  /** Marks the value at a path, so that {@link isMarked} knows it. */
  mark(path: string, language: string): number {
    const mark = this.#marks++;
    this.#at(parsePath(path), language).rows.push({ role: "mark", mark });
    return mark;
  }

  isMarked(token: ApiToken, mark: number): boolean {
    return this.rows(token).rows.some((row) => row.role === "mark" && row.mark === mark);
  }

  /** Adds what a misuse query looks for. */
  addRow(path: string, row: Row, language: string): void {
    this.#at(parsePath(path), language).rows.push(row);
  }

  #state(): State {
    const state: State = {
      id: this.#states.length,
      members: new Map(),
      anyMember: undefined,
      arguments: [],
      parameters: [],
      other: new Map(),
      empty: [],
      rows: [],
    };
    this.#states.push(state);
    return state;
  }

  #root(name: string, language: string): State {
    const key = rootKey(name, language);
    let state = this.#roots.get(key);
    if (!state) {
      state = this.#state();
      this.#roots.set(key, state);
    }
    return state;
  }

  /** The state a path ends in. Names of one `Member[a,b]` share what follows them. */
  #at({ root, segments }: Path, language: string): State {
    let states = [this.#root(root, language)];
    for (const segment of segments) states = states.flatMap((state) => this.#next(state, segment));
    if (states.length === 1) return states[0]!;
    const joined = this.#state();
    for (const state of states) state.empty.push(joined);
    return joined;
  }

  #next(state: State, segment: Segment): State[] {
    switch (segment.kind) {
      case "member":
        if (segment.names === undefined) {
          state.anyMember ??= this.#state();
          return [state.anyMember];
        }
        return segment.names.map((name) => {
          let next = state.members.get(name);
          if (!next) {
            next = this.#state();
            state.members.set(name, next);
          }
          return next;
        });
      case "argument": {
        const { from, to, names } = segment;
        let known = state.arguments.find(
          (one) => one.from === from && one.to === to && one.names.join() === names.join(),
        );
        if (!known) {
          known = { from, to, names, state: this.#state() };
          state.arguments.push(known);
        }
        return [known.state];
      }
      case "parameter": {
        const { from, to } = segment;
        let known = state.parameters.find((one) => one.from === from && one.to === to);
        if (!known) {
          known = { from, to, state: this.#state() };
          state.parameters.push(known);
        }
        return [known.state];
      }
      case "key":
        throw new PathSyntaxError("Key stands in positions of a call alone");
      default: {
        let next = state.other.get(segment.kind);
        if (!next) {
          next = this.#state();
          state.other.set(segment.kind, next);
        }
        return [next];
      }
    }
  }

  // --- stepping -------------------------------------------------------------------------------------------------

  #intern(states: Iterable<State>): ApiToken {
    const closed = new Set<State>(states);
    for (const state of closed) for (const next of state.empty) closed.add(next);
    if (closed.size === 0) return 0;
    const sorted = [...closed].sort((a, b) => a.id - b.id);
    const key = sorted.map(({ id }) => id).join(",");
    let token = this.#tokens.get(key);
    if (token === undefined) {
      token = this.#sets.length;
      this.#tokens.set(key, token);
      this.#sets.push(sorted);
      const rows = sorted.flatMap((state) => state.rows);
      const known = rows.some(({ role }) => !ABOUT_NO_FLOW.has(role));
      this.#rowsAt.push({ rows, known });
    }
    return token;
  }

  #step(
    key: string,
    token: ApiToken,
    next: (state: State) => Iterable<State | undefined>,
  ): ApiToken {
    if (token === 0) return 0;
    const memo = `${token}${key}`;
    let result = this.#steps.get(memo);
    if (result === undefined) {
      const states: State[] = [];
      for (const state of this.#sets[token]!)
        for (const one of next(state)) if (one) states.push(one);
      result = this.#intern(states);
      this.#steps.set(memo, result);
    }
    return result;
  }

  /** The rows that hold for a value. */
  rows(token: ApiToken): RowsAt {
    return this.#rowsAt[token]!;
  }

  /** Whether some member of a value registers routes. */
  hasRoutes(token: ApiToken): boolean {
    return this.#sets[token]!.some((state) =>
      [...state.members.values()].some(({ rows }) => rows.some(({ role }) => role === "route")),
    );
  }

  /** What a library, a type or a special root is to programs of a language. */
  root(name: string, language: string): ApiToken {
    const key = rootKey(name, language);
    let token = this.#rootTokens.get(key);
    if (token === undefined) {
      const state = this.#roots.get(key);
      token = state ? this.#intern([state]) : 0;
      this.#rootTokens.set(key, token);
    }
    return token;
  }

  member(token: ApiToken, name: string): ApiToken {
    return this.#step(`.${name}`, token, (state) => [
      state.members.get(name) ?? state.anyMember,
      state.members.has(name) ? state.anyMember : undefined,
    ]);
  }

  /** A member whose name is not known. */
  anyMember(token: ApiToken): ApiToken {
    return this.#step(".*", token, (state) => [state.anyMember]);
  }

  result(token: ApiToken): ApiToken {
    return this.#step("()", token, (state) => [state.other.get("return")]);
  }

  instance(token: ApiToken): ApiToken {
    return this.#step("new", token, (state) => [state.other.get("instance")]);
  }

  awaited(token: ApiToken): ApiToken {
    return this.#step("await", token, (state) => [state.other.get("awaited")]);
  }

  element(token: ApiToken): ApiToken {
    return this.#step("[]", token, (state) => [state.other.get("element")]);
  }

  /** What a call gives; `isNew`: the language says that the call constructs. Others may construct without a word. */
  made(token: ApiToken, isNew: boolean): ApiToken {
    const instance = this.instance(token);
    if (isNew && instance !== 0) return instance;
    return this.union(instance, this.result(token));
  }

  /** What a class that extends it is. */
  subclass(token: ApiToken): ApiToken {
    return this.#step("<", token, (state) => [state.other.get("subclass")]);
  }

  decorated(token: ApiToken): ApiToken {
    return this.#step("@", token, (state) => [state.other.get("decorated")]);
  }

  /** Argument `index` of `count`. */
  argument(token: ApiToken, index: number, count: number): ApiToken {
    const last = index === count - 1;
    return this.#step(`(${index}${last ? "$" : ""}`, token, (state) =>
      state.arguments
        .filter(
          ({ from, to }) =>
            (index >= from && index <= to && from >= 0) || (last && from === ArgumentPosition.Last),
        )
        .map((one) => one.state),
    );
  }

  /** The argument given by a name. */
  namedArgument(token: ApiToken, name: string): ApiToken {
    return this.#step(`(${name}:`, token, (state) =>
      state.arguments.filter(({ names }) => names.includes(name)).map((one) => one.state),
    );
  }

  parameter(token: ApiToken, index: number): ApiToken {
    return this.#step(`\\${index}`, token, (state) =>
      state.parameters
        .filter(({ from, to }) => index >= from && index <= to)
        .map((one) => one.state),
    );
  }

  union(a: ApiToken, b: ApiToken): ApiToken {
    if (a === 0 || a === b) return b;
    if (b === 0) return a;
    return this.#intern([...this.#sets[a]!, ...this.#sets[b]!]);
  }
}

const rootKey = (name: string, language: string): string => `${librariesOf(language)} ${name}`;

const positionOf = (text: string): CallPosition => ({ segments: parseSegments(text) });

/**
 * Splits a sink's path into the call and the position in it. A path with no argument is an assigned member, one that ends
 * in a result is what a function gives back to the library that calls it.
 */
function splitAtCall({ root, segments }: Path): {
  callee: Path;
  position: CallPosition | undefined;
} {
  const at = segments.findLastIndex(({ kind }) => kind === "argument");
  if (at < 0 || segments.at(-1)?.kind === "return")
    return { callee: { root, segments }, position: undefined };
  return {
    callee: { root, segments: segments.slice(0, at) },
    position: { segments: segments.slice(at) },
  };
}

/** `pg.Client's query`; the library alone where the path has several names and the program uses none of them. */
function labelsOf({ root, segments }: Path): Pick<SinkRow, "label" | "labels"> {
  const last = segments.findLast(({ kind }) => kind === "member");
  const names = (last?.kind === "member" && last.names) || [];
  const own = root === "any" || root === "global" ? "" : `${root}'s `;
  const [name = root.split(/[./]/).at(-1) ?? root] = names;
  if (names.length < 2) return { label: own + name };
  return {
    label: own === "" ? name : root,
    labels: new Map(names.map((each) => [each, own + each])),
  };
}
