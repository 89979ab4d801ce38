/** Settings that a program reads from its environment, and what it takes where one is missing. */
import type { Code, Service } from "../../src/query-api.ts";

/** A setting that is read with something to fall back on. */
export interface Fallback {
  /** As the environment calls it. */
  readonly setting: string;
  readonly text: string;
  /** Where the text is taken, as a value of the program. */
  readonly at: number;
}

/** Settings of the environment with a constant text that stands in for a missing one. */
export function* fallbacks({ code }: Service): Iterable<Fallback> {
  for (const body of code.bodies)
    for (let value = body.from; value < body.to; value++) {
      const part = code.part(value);
      if (part.kind === "call") {
        yield* ofCall(code, value);
        if (part.name === "Value" && part.args.length === 1) yield* ofExpression(code, value);
      }
      if (part.kind === "record") yield* ofSchema(code, value);
      const setting = settingAt(code, value);
      if (setting === undefined) continue;
      for (const at of code.dependents(value, (user) => isCopy(code, user))) {
        const choice = code.part(at);
        if (choice.kind !== "choice" || !isAboutItself(code, at, value)) continue;
        for (const input of choice.inputs) {
          const text = code.part(input);
          if (text.kind === "constant" && text.type === "text" && text.text !== "")
            yield { setting, text: text.text, at };
        }
      }
    }
}

const isCopy = (code: Code, value: number): boolean =>
  /^(?:same|choice)$/.test(code.part(value).kind);

/** The name of the setting that is read at a value. */
export function settingAt(code: Code, value: number): string | undefined {
  const part = code.part(value);
  if (part.kind === "call")
    return code.acts(value).flatMap(({ act, of }) => {
      const name = act === "read-setting" && of !== undefined ? code.constant(of) : undefined;
      return name === undefined ? [] : [name];
    })[0];
  if (part.kind !== "member" || part.name === undefined) return undefined;
  const object = code.behind(part.object);
  const isEnvironment =
    (code.enters(object).has("environment") && code.names(object).at(-1) !== "argv") ||
    code.names(object).at(-1) === "env";
  return isEnvironment ? part.name : undefined;
}

/** Whether a choice is made for the value being there or not, and not for something else, as the mode of the program. */
function isAboutItself(code: Code, choice: number, value: number): boolean {
  const branch = code.met(choice);
  return branch === undefined || code.dependents(value).has(branch);
}

/** `getenv("NAME", "text")` */
function* ofCall(code: Code, call: number): Iterable<Fallback> {
  const setting = settingAt(code, call);
  const part = code.part(call);
  if (setting === undefined || part.kind !== "call") return;
  for (const given of [part.args[1], part.named.get("default")]) {
    const text = given === undefined ? undefined : code.part(code.behind(given));
    if (text?.kind === "constant" && text.type === "text" && text.text !== "")
      yield { setting, text: text.text, at: call };
  }
}

/** `@Value("${name:text}")` */
function* ofExpression(code: Code, call: number): Iterable<Fallback> {
  const part = code.part(call);
  const text = part.kind === "call" ? code.constant(part.args[0]!) : undefined;
  const [, setting, fallback] = /^\$\{([\w.-]+):([^{}]+)\}$/.exec(text ?? "") ?? [];
  if (setting !== undefined && fallback !== undefined) yield { setting, text: fallback, at: call };
}

/** `NAME: string().default("text")` of a schema for the environment. */
function* ofSchema(code: Code, record: number): Iterable<Fallback> {
  const part = code.part(record);
  if (part.kind !== "record") return;
  for (const [setting, field] of part.fields) {
    if (!/^[A-Z][A-Z0-9_]+$/.test(setting)) continue;
    for (let at = field, steps = 0; steps < 6; steps++) {
      const call = code.part(at);
      if (call.kind !== "call") break;
      const [given] = call.args;
      const text = given === undefined ? undefined : code.part(code.behind(given));
      if (call.name === "default" && text?.kind === "constant" && text.type === "text") {
        if (text.text !== "") yield { setting, text: text.text, at };
        break;
      }
      if (call.receiver === undefined) break;
      at = call.receiver;
    }
  }
}

/** Words of conditions on which the program ends or fails, and texts that stand in lists: names of what must be set. */
export function demanded({ code }: Service): ReadonlySet<string> {
  const words = new Set<string>();
  for (const body of code.bodies)
    for (let value = body.from; value < body.to; value++) {
      const part = code.part(value);
      if (part.kind === "branch" && [true, false].some((way) => ends(code, value, way)))
        for (const word of code.words(value)) words.add(word);
      // `requireEnvironment("NAME")`
      if (part.kind === "call" && /^(?:require|must|ensure|assert|demand|expect)/i.test(part.name))
        for (const arg of part.args) for (const word of code.words(arg, 4)) words.add(word);
      if (part.kind === "list")
        for (const input of part.inputs) {
          const text = code.part(input);
          if (text.kind === "constant" && text.type === "text") words.add(text.text);
        }
    }
  return words;
}

/** Whether the program is ended, or fails, where a branch takes a way. */
const ends = (code: Code, branch: number, way: boolean): boolean =>
  code.arm(branch, way).some((value) => {
    const part = code.part(value);
    return (
      part.kind === "throw" ||
      (part.kind === "call" && /^(?:exit|fatalf?|fatalln|panicf?|abort)$/i.test(part.name))
    );
  });
