/** Functions of some files with what they check and what they call. */
import type { Analysis } from "../dataflow/analysis.ts";
import type {
  CheckedFunction,
  PlacedCall,
  PlacedCheck,
  PlacedCleaning,
  PlacedTest,
} from "../findings/checked-function.ts";
import { normalise } from "../findings/fingerprint.ts";
import { Kind, unspread } from "../program/ir/kinds.ts";
import { usedValues } from "../program/ir/uses.ts";
import type { SourceModule } from "../program/program.ts";
import { type Check, Checks, type Test, testedBy } from "../routes/checks.ts";
import type { Places } from "./places.ts";

/** Kinds of guards that a name alone does not tell: much is called validation, and what limits is no check of anybody. */
const NOT_BY_NAME: ReadonlySet<string> = new Set(["validation", "rate"]);

export function checkedFunctions(
  analysis: Analysis,
  places: Places,
  isWanted: (path: string) => boolean,
): CheckedFunction[] {
  const checks = new Checks(analysis);
  return analysis.program.modules
    .filter(({ path }) => isWanted(path))
    .flatMap((module) =>
      module.ir.functions.flatMap((_, inner) => {
        const fn = module.functionBase + inner;
        const place = places.ofFunction(fn);
        if (!place) return [];
        const own = checks.of(fn);
        const used = usedValues(module.ir, module.ir.functions[inner]!);
        const known = own
          .filter((check) => isOnlyCheck(analysis, check, module, used, places))
          .flatMap((check) => placedCheck(analysis, check, places));
        const { calls, demands, cleanings } = callsOf(analysis, module, inner, own, used, places);
        const isKnown = ({ refusal }: PlacedCheck): boolean =>
          known.some((one) => one.refusal.line === refusal.line);
        const all = [...known, ...demands.filter((one) => !isKnown(one))];
        const isCheck = ({ place: { line, column } }: PlacedCall): boolean =>
          all.some(({ refusal }) => refusal.line === line && refusal.column === column);
        return {
          symbol: analysis.program.symbolOf(fn),
          place,
          exits: exitsOf(module, inner, places),
          checks: all,
          calls: calls.filter((call) => !isCheck(call)),
          cleanings,
          ...caresOf(analysis, module, inner, places),
        };
      }),
    );
}

/** An outcome of a branch, by its text and by what it tests. */
const exitOf = (module: SourceModule, branch: number, outcome: boolean, places: Places): string =>
  [branch, testedBy(module, branch)]
    .map((value) => normalise(places.textOf(module.valueBase + value)))
    .concat(String(outcome))
    .join("\0");

/** Outcomes of conditions that leave the function. */
function exitsOf(module: SourceModule, inner: number, places: Places): string[] {
  const { ir } = module;
  const { kinds, blockStart, successorStart, successors } = ir;
  const { firstBlock, endBlock } = ir.functions[inner]!;
  /** The block in which a way that does not part ends the function; -1 where it parts or is long. */
  const endOf = (block: number): number => {
    for (let at = block, steps = 0; steps < EXIT_BLOCKS; steps++) {
      const last = blockStart[at + 1]! - 1;
      if (last >= blockStart[at]! && LEAVES.has(kinds[last]!)) return at;
      const from = successorStart[at]!;
      if (successorStart[at + 1]! !== from + 1) return -1;
      at = successors[from]!;
    }
    return -1;
  };
  const found: string[] = [];
  for (let block = firstBlock; block < endBlock; block++) {
    const branch = blockStart[block + 1]! - 1;
    if (branch < blockStart[block]! || kinds[branch] !== Kind.Branch) continue;
    const [one, other] = successors.subarray(successorStart[block]!, successorStart[block + 1]!);
    if (one === undefined || other === undefined) continue;
    const [ends, alsoEnds] = [endOf(one), endOf(other)];
    if (ends === alsoEnds) continue;
    if (ends >= 0) found.push(exitOf(module, branch, true, places));
    if (alsoEnds >= 0) found.push(exitOf(module, branch, false, places));
  }
  return found;
}

const LEAVES: ReadonlySet<number> = new Set([Kind.Return, Kind.Throw]);
/** Blocks of a way that is followed to where it leaves. */
const EXIT_BLOCKS = 4;

/** A call that checks on its way to a result is no check of its own, unless it is named as one. */
function isOnlyCheck(
  { models }: Analysis,
  { value, tests }: Check,
  module: SourceModule,
  used: ReadonlySet<number>,
  places: Places,
): boolean {
  const { ir, valueBase } = module;
  const call = value - valueBase;
  if (tests.length > 0 || ir.kinds[call] !== Kind.Call) return true;
  return models.vocabulary.guardKinds(places.nameOf(value)).length > 0 || !used.has(call);
}

function placedCheck(analysis: Analysis, check: Check, places: Places): PlacedCheck[] {
  const refusal = places.of(check.refusal);
  const own: readonly Test[] =
    check.tests.length > 0
      ? check.tests
      : [{ value: check.value, tested: check.value, refusesOn: undefined, kinds: check.kinds }];
  const tests = own.flatMap((test): PlacedTest[] => {
    // A branch has the place of its condition as written, which may be known to have held before.
    const place = places.of(test.value);
    const written = places.of(test.tested);
    if (!place || !written) return [];
    const { value, tested, kinds, refusesOn } = test;
    const own = analysis.program.moduleOfValue(value);
    const branch = value - own.valueBase;
    // A part of a condition may go while the others still leave the function.
    const isWhole =
      own.ir.kinds[branch] === Kind.Branch && testedBy(own, branch) === tested - own.valueBase;
    const exit =
      isWhole && refusesOn !== undefined ? exitOf(own, branch, refusesOn, places) : undefined;
    return [{ label: normalise(places.textOf(tested)), kinds, place, written, exit }];
  });
  return refusal && tests.length > 0
    ? [{ kinds: check.kinds, tests, refusal, denies: check.denies, known: true }]
    : [];
}

/** The calls of a function; those that are there to fail, as their names say, are checks. */
function callsOf(
  { models }: Analysis,
  module: SourceModule,
  inner: number,
  own: readonly Check[],
  used: ReadonlySet<number>,
  places: Places,
): {
  readonly calls: readonly PlacedCall[];
  readonly demands: readonly PlacedCheck[];
  readonly cleanings: readonly PlacedCleaning[];
} {
  const { firstInstruction, endInstruction } = module.ir.functions[inner]!;
  const checkedBy = new Map(
    own.filter(({ tests }) => tests.length === 0).map(({ value, kinds }) => [value, kinds]),
  );
  const calls: PlacedCall[] = [];
  const demands: PlacedCheck[] = [];
  const cleanings: PlacedCleaning[] = [];
  for (let local = firstInstruction; local < endInstruction; local++) {
    if (module.ir.kinds[local] !== Kind.Call) continue;
    const value = module.valueBase + local;
    const place = places.of(value);
    if (!place) continue;
    const name = places.nameOf(value);
    const { vocabulary } = models;
    const named = vocabulary.guardKinds(name);
    const kinds = vocabulary.isShaper(name) ? [...new Set([...named, "validation"])] : named;
    const checked = checkedBy.get(value) ?? [];
    const acts = vocabulary.isEffect(name);
    const writes = vocabulary.isWrite(name);
    calls.push({ name, kinds, checks: checked, acts, writes, place });
    if (vocabulary.isCleaner(name)) {
      const given = firstArgument(module, local);
      if (given !== undefined)
        cleanings.push({
          name,
          label: places.textOf(value),
          given: places.textOf(given),
          place,
        });
    }
    const demanded = named.filter((kind) => !NOT_BY_NAME.has(kind));
    if (demanded.length === 0) continue;
    const isDemand = vocabulary.isDemand(name) && !used.has(local);
    if (!isDemand && !vocabulary.isProver(name)) continue;
    const test = {
      label: normalise(places.textOf(value)),
      kinds: demanded,
      place,
      written: place,
      exit: undefined,
    };
    demands.push({ kinds: demanded, tests: [test], refusal: place, denies: true, known: false });
  }
  return { calls, demands, cleanings };
}

/** What a call is given first, as a number of the program; undefined where that is a constant or nothing. */
function firstArgument({ ir, valueBase }: SourceModule, call: number): number | undefined {
  const { kinds, operands, operandStart } = ir;
  const at = operandStart[call]! + 4;
  if (at >= operandStart[call + 1]!) return undefined;
  const value = unspread(operands[at]!);
  return kinds[value] === Kind.Constant ? undefined : valueBase + value;
}

/** How an outer function protects the data it works on; comments do not count. */
function caresOf(
  { models }: Analysis,
  { functionBase, ir, path }: SourceModule,
  inner: number,
  places: Places,
): Pick<CheckedFunction, "isOuter" | "cares" | "speaksOf"> {
  const fn = functionBase + inner;
  if (inner === 0 || ir.functions[inner]!.parent !== 0)
    return { isOuter: false, cares: [], speaksOf: [] };
  const { text: whole, start } = places.textOfFunction(fn);
  const text = withoutComments(whole, ir.language);
  const cares = [...models.vocabulary.caresIn(text)].flatMap(({ kind, label, at }) => {
    const place = places.at(path, start + at, start + at + label.length);
    return place ? [{ kind, label: normalise(label), place }] : [];
  });
  return { isOuter: true, cares, speaksOf: models.vocabulary.caresSpokenOf(text) };
}

/** Comments as spaces, so that offsets stay. */
const withoutComments = (text: string, language: string): string =>
  text.replace(
    language === "python" ? /(?<=^|\s)#.*$/gm : /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm,
    (comment) => comment.replace(/[^\n]/g, " "),
  );
