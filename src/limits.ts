/** Every cap of the analysis, with the reason for its number. Caps count things, never time. */

/** Fields in an access path. Opengrep went from 1 to 4 because destructuring conflated fields; CodeQL uses 5. */
export const PATH_LENGTH = 4;

/** Facts a value may hold before the least precise are merged: request handlers that spread a body stay below it. */
export const FACTS_PER_VALUE = 48;

/** Sink entries of one summary: beyond it a function is a dispatcher of everything. */
export const SINKS_PER_SUMMARY = 192;

/** Ways (inputs, and places in them) to one sink that a summary keeps; the rest are the same flow by detours. */
export const WAYS_TO_SINK = 6;

/** Facts of a result, a variable, a stored-in input, or an argument of a symbolic call, each. */
export const FACTS_PER_ENTRY = 32;

/** Symbolic calls of one summary, and facts an argument of one keeps: they multiply at every caller. */
export const INVOKES_PER_SUMMARY = 24;
export const FACTS_PER_INVOKE = 12;

/** Rounds over a component of mutually recursive functions before it is taken as it is. */
export const ROUNDS_PER_COMPONENT = 10;

/** Passes over the instructions of one function; two suffice without loops that carry stores. */
export const PASSES_PER_FUNCTION = 12;

/**
 * Facts put into statements of callees while one function is solved, over all rounds. Ordinary functions need a few
 * thousand; past this they sit in a knot of mutual recursion where everything reaches everything.
 */
export const STEPS_PER_FUNCTION = 300_000;

/** Functions or objects one value may stand for; past it a value is taken to be unknown. */
export const TARGETS_PER_VALUE = 24;

/** Candidates when a method is found by its name alone. */
export const CANDIDATES_BY_NAME = 4;

/** Types that have the methods of an interface; one that more have says too little. */
export const IMPLEMENTATIONS = 8;

/** How deep a callback of a callback is followed. */
export const CALLBACK_DEPTH = 3;

/** Steps shown of one flow. */
export const STEPS_PER_FLOW = 30;

/** Bytes of a source file; larger ones are data or generated. */
export const FILE_BYTES = 2_000_000;

/** Flows of one finding that are kept: GitHub shows few, and the first is the shortest. */
export const FLOWS_PER_FINDING = 3;

/** Files the type checker is given; past that its memory and time outgrow the rest of the scan. */
export const TYPED_FILES = 4000;

/** Functions that share one receiver; more than this is the global object, not an object of the program. */
export const FUNCTIONS_PER_OBJECT = 400;

/**
 * UTF-16 code units of a text that tree-sitter is given. Its memory is about 100 times the text and never shrinks, and
 * running out of it ends every parser of the process.
 */
export const PARSED_TEXT = 1_000_000;

/** Progress reports of the parser a code unit: real code makes 0.005, the densest text tried 0.053. */
export const PARSE_STEPS_PER_CHARACTER = 0.25;

/** Syntax errors of one file that are told apart; the rest are counted. */
export const SYNTAX_ERRORS_PER_FILE = 20;

/** Lists that are looked through where one is spread into the other. */
export const SPREAD_LISTS = 200;

/** Copies and calls that one value of registration code is followed through, and runs inside each other. */
export const REGISTRATION_DEPTH = 24;
export const REGISTRATION_CALLS = 10;

/** Values that one place of registration code may stand for; past it the place is a dispatcher of everything. */
export const ALTERNATIVES_PER_VALUE = 64;

/** Runs of functions that register routes, and values followed in them: ten times what a large service takes. */
export const REGISTRATION_RUNS = 20_000;
export const EVALUATION_STEPS = 1_000_000;

/** Routes of one service; past it something registers itself. */
export const ROUTES = 20_000;

/** Calls that a check is followed through: handler, helper, what the helper is made of. */
export const CHECK_DEPTH = 3;

/** Names that a condition may be made of before it is about everything. */
export const WORDS_PER_CONDITION = 40;

/** Copies, members and calls between a value and where it comes from. */
export const PROVENANCE_DEPTH = 10;

/** Calls from a handler down to what reads or writes records: controller, service, repository, base repository. */
export const ACCESS_DEPTH = 6;

/** Runs of functions below one handler; past it everything is below it. */
export const RUNS_PER_ROUTE = 400;
