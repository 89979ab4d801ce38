/** A function as logic queries see it: what it tests, where it refuses, what it tries, and what it does all the same. */
import type { GuardKind } from "../models/rows.ts";
import type { Denial } from "../models/vocabulary.ts";
import type { Language } from "../program/ir/module-ir.ts";
import type { Route } from "./route.ts";

/** Something a function does that a refusal should have kept it from. */
export interface Effect {
  /** As a value of the program. */
  readonly at: number;
  readonly kind: "goes on" | "reads" | "writes";
  /** As it is written. */
  readonly label: string;
}

/** A refusal after which the function is not left. */
export interface Answered {
  readonly at: number;
  readonly why: Denial;
  /** The sender was answered, or the answer or error was made and nothing was done with it. */
  readonly how: "answered" | "dropped";
  readonly label: string;
  /** The test before it, as it is written; undefined where there is none. */
  readonly test: string | undefined;
  /** What is done after it nevertheless, in the order of the code. */
  readonly after: readonly Effect[];
  /** What else is called after it. */
  readonly calls: readonly FunctionCall[];
}

/** `left operator right`, as both sides are written. */
export interface FunctionComparison {
  readonly left: string;
  readonly operator: string;
  readonly right: string;
  /** The text or number on the right, where it is one. */
  readonly constant: string | undefined;
}

/** What a function does on one side of a test, up to where both sides meet again. */
export interface Arm {
  /** Why it refuses, where it does; `"other"`: it throws, or leaves with nothing or a constant. */
  readonly refuses: Denial | "other" | undefined;
  /** No way through it meets the other side again. */
  readonly leaves: boolean;
  /** It returns a constant that counts as true, or one that counts as false, and nothing else. */
  readonly returns: boolean | undefined;
  readonly calls: readonly FunctionCall[];
  /** The tests it makes, as values of the program. */
  readonly tests: readonly number[];
  /** It stores something, or sets a variable that others read. */
  readonly stores: boolean;
  /** What may be done from its beginning to the end of the function. */
  readonly after: readonly Effect[];
  /** What may be called from its beginning to the end of the function, but for what only writes down what happened. */
  readonly later: readonly FunctionCall[];
  /** Somewhere from its beginning to the end of the function whoever may not is refused. */
  readonly refusesLater: boolean;
}

export interface FunctionTest {
  readonly at: number;
  /** As it is written. */
  readonly label: string;
  /** Names and short texts it is made of. */
  readonly words: readonly string[];
  /** What the words say it is about; sorted. */
  readonly kinds: readonly GuardKind[];
  /** Whose a record is, where it is compared with whoever sends the request. */
  readonly compared: readonly GuardKind[];
  /** It asks only whether whoever sends the request is known; the side on which they are. */
  readonly presence: "true" | "false" | undefined;
  readonly comparison: FunctionComparison | undefined;
  /** The last name of what it tests for being true: `isAdmin` of `user.isAdmin` and of `isAdmin(user)`. */
  readonly name: string;
  /** The text that is the whole condition, as in `role == "a" or "b"`. */
  readonly constant: string | undefined;
  /** The condition that is asked next where this one has not decided, and how they are joined. */
  readonly joined: { readonly how: "or" | "and"; readonly with: FunctionComparison } | undefined;
  /** The call that is the whole condition, waited for or not. */
  readonly call: FunctionCall | undefined;
  /** Members of the parts of the path that it reads: `id` of `request.params.id`. */
  readonly pathParameters: readonly string[];
  readonly whenTrue: Arm;
  readonly whenFalse: Arm;
}

export interface FunctionCall {
  readonly at: number;
  /** The function's or method's name; `""` where there is none. */
  readonly name: string;
  readonly label: string;
  /** What it is called on, as it is written; `""` where it is called on nothing. */
  readonly receiver: string;
  /** It only writes down what happened. */
  readonly isLog: boolean;
  /** What a guard of that name checks; sorted. */
  readonly kinds: readonly GuardKind[];
  /** Its name says that it is there to fail. */
  readonly demands: boolean;
  /** What it checks: by its name and what it is given, or by failing itself; sorted. */
  readonly checks: readonly GuardKind[];
  /** The call whose result it is called on: `verify(token)` of `verify(token).catch(...)`. */
  readonly on: FunctionCall | undefined;
  /** Functions of the program that it certainly calls. */
  readonly targets: readonly ServiceFunction[];
  /** Its result: nothing is done with it, it is only waited for, it is tested as it is, or something else. */
  readonly result: "unused" | "awaited" | "tested" | "used";
  /** Somebody waits for it here. */
  readonly isAwaited: boolean;
  /** Functions written as its arguments. */
  readonly given: readonly ServiceFunction[];
  /** Its arguments as they are written; those that are given by name as `name: value`. */
  readonly arguments: readonly string[];
  /** The first argument, where it is a text. */
  readonly text: string | undefined;
  /** What may be done after it. */
  readonly after: readonly Effect[];
  /** What else may be called after it, but for what only writes down what happened. */
  readonly later: readonly FunctionCall[];
}

/** A `try` with what it does when something fails. */
export interface Attempt {
  /** Where the failure is taken, as a value of the program. */
  readonly at: number;
  /** The calls that are tried, in the order of the code. */
  readonly calls: readonly FunctionCall[];
  readonly handler: Arm & {
    /** Some way through it throws again. */
    readonly throws: boolean;
    /** What was wrong is kept, or told to somebody other than a log. */
    readonly tells: boolean;
    /** A variable has another value after it than after a success, and a test asks for it. */
    readonly flags: boolean;
  };
}

/** A function of the program. */
export interface ServiceFunction {
  /** As a number of the program. */
  readonly fn: number;
  readonly name: string;
  /** With the names around it: `UserStore.find`. */
  readonly symbol: string;
  readonly path: string;
  readonly language: Language;
  /** The first thing it does, as a value of the program. */
  readonly at: number;
  readonly role: "handler" | "middleware" | "other";
  /** The routes it handles, or stands before. */
  readonly routes: readonly Route[];
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  readonly parameters: number;
  /** It is a method of a class that others extend, or that extends another. */
  readonly isInherited: boolean;
  /** What its name says it checks; sorted. */
  readonly kinds: readonly GuardKind[];
  readonly demands: boolean;
  /** Its name says that strangers pass. */
  readonly isOptional: boolean;
  readonly tests: readonly FunctionTest[];
  readonly calls: readonly FunctionCall[];
  readonly attempts: readonly Attempt[];
  readonly answered: readonly Answered[];
  /** Why it refuses somewhere, by an exception or an answer, tested or not. */
  readonly refuses: readonly Denial[];
  /** What it checks by failing, itself or in what it calls. */
  readonly throwsFor: readonly GuardKind[];
  /** What it does that matters to others. */
  readonly effects: readonly Effect[];
  /** What it returns, where that is constants alone and all count as the same. */
  readonly returns: boolean | undefined;
  /** It returns nothing, or nothing but what it was not given for: some way falls off its end. */
  readonly fallsThrough: boolean;
  /** It stores something in an object, or sets a variable that others read. */
  readonly stores: readonly {
    readonly at: number;
    readonly field: string;
    readonly literal: boolean;
  }[];
  /** It reads none of what it is given. */
  readonly ignored: boolean;
  /** What it is decorated with, in the order in which that is applied: the nearest first. */
  readonly decorators: readonly FunctionCall[];
}
