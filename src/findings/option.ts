/** Options of calls and files whose value decides how much a guard keeps out, and which of two values is weaker. */
import type { Place, QueryInfo } from "./finding.ts";

/** What is known of a value. */
export type OptionValue =
  /** Certainly not given. */
  | { readonly is: "absent" }
  /** The constants of a list, or one alone. */
  | { readonly is: "constant"; readonly texts: readonly string[]; readonly list: boolean }
  /** Given, and no constant: read from the environment, or decided while the program runs. */
  | { readonly is: "given" }
  | { readonly is: "unknown" };

/** Which values are weaker than which. */
export interface OptionJudge {
  /** What holds where nothing is given; undefined where that cannot be said. */
  readonly default: string | undefined;
  /** From the strongest to the weakest. */
  readonly order: readonly string[];
  readonly isWeak: (text: string) => boolean;
  readonly number: OptionNumber | undefined;
}

export interface OptionNumber {
  readonly better: "more" | "less";
  /** How many times worse is worse. */
  readonly factor: number;
  /** From here on it is good enough. */
  readonly enough: number | undefined;
}

/** What is said of an option that is loosened. */
export interface OptionClaim {
  readonly info: QueryInfo;
  /** `{changes}`: what was and what is. */
  readonly message: string;
}

/** `equivalent`: it stands in for a guard, and is none that anybody would miss. */
export type OptionPresence = "guard" | "equivalent";

/** One option at one call. */
export interface OptionSite {
  readonly claim: OptionClaim;
  readonly option: string;
  readonly judge: OptionJudge;
  readonly value: OptionValue;
  /** The row and what tells calls of one function apart. */
  readonly key: string;
  readonly symbol: string;
  readonly call: Place;
  /** Of the value; the call where it is not given. */
  readonly at: Place;
  readonly presence: OptionPresence | undefined;
  /** A name that is assigned, and no option of a call. */
  readonly named: boolean;
  /** As it is written, where it is a guard by being there. */
  readonly text: string;
}

/** Whether the second value is certainly weaker than the first. */
export function isWeaker(judge: OptionJudge, before: OptionValue, after: OptionValue): boolean {
  const was = withDefault(before, judge);
  const is = withDefault(after, judge);
  if (is.is !== "constant" || was.is === "unknown" || was.is === "absent") return false;
  if (is.texts.some(judge.isWeak)) return was.is === "given" || !was.texts.some(judge.isWeak);
  if (was.is !== "constant") return false;
  const [old = "", now = ""] = [was.texts[0], is.texts[0]];
  const rank = judge.order.indexOf(old);
  if (rank >= 0 && judge.order.indexOf(now) > rank) return true;
  return judge.number !== undefined && isWorse(judge.number, old, now);
}

export const isSame = (one: OptionValue, other: OptionValue): boolean =>
  one.is === other.is &&
  (one.is !== "constant" ||
    other.is !== "constant" ||
    one.texts.join("\0") === other.texts.join("\0"));

function isWorse({ better, factor, enough }: OptionNumber, old: string, now: string): boolean {
  const [was, is] = [Number(old), Number(now)];
  if (old.trim() === "" || now.trim() === "" || !Number.isFinite(was) || !Number.isFinite(is))
    return false;
  if (better === "more") return is * factor < was && (enough === undefined || is < enough);
  return is > was * factor && (enough === undefined || is > enough);
}

const withDefault = (value: OptionValue, { default: text }: OptionJudge): OptionValue =>
  value.is === "absent" && text !== undefined
    ? { is: "constant", texts: [text], list: false }
    : value;

/** Characters of a value that are shown. */
const SHOWN = 60;

/** "`secure` was true and is false" */
export function changeWords(option: string, before: OptionValue, after: OptionValue): string {
  return `\`${option}\` ${wordsOf(before, "was")} and ${wordsOf(after, "is")}`;
}

function wordsOf(value: OptionValue, verb: "was" | "is"): string {
  if (value.is === "absent") return `${verb} not given`;
  if (value.is !== "constant") return `${verb} decided elsewhere`;
  const text = value.texts.join(", ");
  if (text === "" && !value.list) return `${verb} given`;
  const short = text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
  return `${verb} ${value.list ? `[${short}]` : short}`;
}
