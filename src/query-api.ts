/** The one module that queries in `queries/logic` import: the model they ask, and what they answer with. */
import type { Confidence, Persona, Severity } from "./findings/finding.ts";
import type { GuardKind } from "./models/rows.ts";
import { plain } from "./models/vocabulary.ts";
import type { Access, AccessField } from "./routes/accesses.ts";
import type { Body, Code, Part } from "./routes/code.ts";
import type { Comparison, Lookup, Question } from "./routes/comparisons.ts";
import type {
  Answered,
  Arm,
  Attempt,
  Effect,
  FunctionCall,
  FunctionComparison,
  FunctionTest,
  ServiceFunction,
} from "./routes/function.ts";
import type { Origin } from "./routes/provenance.ts";
import { isGuardedBy, type Route } from "./routes/route.ts";
import type { Service } from "./routes/service.ts";

export type {
  Access,
  AccessField,
  Answered,
  Arm,
  Attempt,
  Body,
  Code,
  Comparison,
  Confidence,
  Effect,
  FunctionCall,
  FunctionComparison,
  FunctionTest,
  GuardKind,
  Lookup,
  Origin,
  Part,
  Question,
  Route,
  Service,
  ServiceFunction,
};
export { isGuardedBy };

/** One claim of a logic query. */
export interface LogicResult {
  /** Where it is made, as a value of the program: a registration, an access. */
  readonly at: number;
  /** What `{name}` in the message stands for. */
  readonly values: Readonly<Record<string, string | number>>;
  /** Siblings that do it right, and other places to look at; at most three are shown. */
  readonly related: readonly { readonly at: number; readonly note: string }[];
  readonly confidence: Confidence;
  /** What others do is the evidence, and this route does otherwise: a change that leaves it as it was is not to blame. */
  readonly deviant?: Route;
}

/** A query over the whole service; one folder of `queries/logic`, the default export of its `query.ts`. */
export interface LogicQuery {
  readonly id: string;
  readonly name: string;
  readonly cwe: readonly string[];
  readonly severity: Severity;
  readonly precision: Confidence;
  readonly persona: Persona;
  readonly languages: readonly string[];
  /** One sentence; `{name}` is replaced by the result's value. */
  readonly message: string;
  readonly why: string;
  readonly fix: string;
  readonly good: string;
  readonly bad: string;
  find(service: Service): Iterable<LogicResult>;
}

/** A file that is no program: a migration, rules of a store, a description of what runs where. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** One claim of a query over files. */
export interface FileResult {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** What it is about, which stays the same wherever that stands. */
  readonly about: string;
  /** What `{name}` in the message stands for. */
  readonly values: Readonly<Record<string, string | number>>;
  readonly confidence: Confidence;
}

/** A query over files of one kind, all of a tree together; one folder of `queries/file`. */
export interface FileQuery extends Omit<LogicQuery, "languages" | "find"> {
  /** Globs of the files it reads. */
  readonly files: readonly string[];
  /** What the file of its examples is called. */
  readonly example: string;
  /** `files`: sorted by path. */
  find(files: readonly TextFile[]): Iterable<FileResult>;
}

/** Says that an object is a query over files, and lets the compiler check it. */
export const defineFileQuery = (query: FileQuery): FileQuery => query;

/** Says that an object is a logic query, and lets the compiler check it. */
export const defineLogicQuery = (query: LogicQuery): LogicQuery => query;

/** Kinds of guards that nobody passes without saying who they are. */
export const identifying: readonly GuardKind[] = [
  "authentication",
  "role",
  "owner",
  "tenant",
  "permission",
  "signature",
];

/** Kinds of guards that ask for more than being signed in. */
export const authorising: readonly GuardKind[] = ["role", "owner", "tenant", "permission"];

/** `jwt_secret` for `jwtSecret`, `JWT_SECRET` and `jwt-secret`. */
export const plainName = (name: string): string => plain(name.replace(/[.-]+/g, " "));

const WRITES: ReadonlySet<string> = new Set(["create", "update", "delete", "upsert"]);
export const writes = ({ operation }: Access): boolean => WRITES.has(operation);

/** Whether some value of a field comes from the request. */
export const isFromRequest = ({ from }: AccessField): boolean =>
  from.some(({ kind }) => kind === "request");

/** Whether some value of a field is what the client proves itself with. */
export const isFromCredential = ({ from }: AccessField): boolean =>
  from.some(({ kind }) => kind === "credential");

/** Whether some value of a field comes from whoever sends the request. */
export const isFromPrincipal = ({ from }: AccessField): boolean =>
  from.some(({ kind }) => kind === "principal");

/** `GET /users/:id` */
export const titleOf = ({ method, path }: Route): string => `${method} ${path}`;

/** How much siblings say: share of those that do it, by the tiers of deviant behaviour; undefined: nothing. */
export function tierOf(doing: number, all: number): Confidence | undefined {
  if (all >= 5 && doing / all >= 0.85) return "high";
  if (doing >= 3 && doing === all - 1) return "high";
  return all >= 4 && doing / all >= 0.7 ? "medium" : undefined;
}
