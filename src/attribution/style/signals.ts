/**
 * The signs of style, with what each is worth. A weight is 0.6 times the logarithm of a likelihood ratio, the geometric
 * mean of two: against commits from before the tools wrote whole commits, and against contemporary ones without a
 * trailer. Signs that pointed one way against the former and the other against the latter are not here.
 */

/** Signs of one group depend on each other, so what a group may add is capped. */
export const groups = ["message", "comments", "typography", "size", "leftovers", "people"] as const;
export type SignalGroup = (typeof groups)[number];

/** Most that a group may add, or take away, in nats. */
export const CAPS: Readonly<Record<SignalGroup, number>> = {
  message: 2,
  comments: 1.2,
  typography: 1.3,
  size: 0.6,
  leftovers: 2,
  people: 1.5,
};

export interface Signal {
  readonly group: SignalGroup;
  readonly weight: number;
  /** In words, after "style: ". */
  readonly words: string;
}

export const SIGNALS = {
  "message-em-dash": { group: "message", weight: 1.7, words: "an em dash in the message" },
  "message-heading": { group: "message", weight: 1.4, words: "headings in the message" },
  "message-very-long": { group: "message", weight: 1.1, words: "a very long message" },
  "message-long": { group: "message", weight: 0.8, words: "a long message" },
  "message-arrow": { group: "message", weight: 1, words: "an arrow in the message" },
  "message-code-spans": { group: "message", weight: 0.8, words: "quoted code in the message" },
  "message-rationale": { group: "message", weight: 0.8, words: "reasons given in the message" },
  "message-praise": { group: "message", weight: 0.7, words: "words of praise in the message" },
  "message-bullets": { group: "message", weight: 0.4, words: "a list in the message" },
  "comment-issue": { group: "comments", weight: 0.6, words: "an issue number in a comment" },
  "comment-label": { group: "comments", weight: 0.6, words: "comments with a label" },
  "comment-rationale": { group: "comments", weight: 0.5, words: "reasons given in comments" },
  "comment-ratio": { group: "comments", weight: 0.4, words: "a comment on every fourth line" },
  "comment-sentences": { group: "comments", weight: 0.4, words: "comments in full sentences" },
  "comment-block": { group: "comments", weight: 0.4, words: "documentation blocks" },
  "comment-steps": { group: "comments", weight: 0.3, words: "numbered comments" },
  "code-em-dash": { group: "typography", weight: 1.3, words: "an em dash in the code" },
  "code-emoji": { group: "typography", weight: 0.7, words: "emoji in the code" },
  "code-banner": { group: "typography", weight: 0.6, words: "banners between sections" },
  burst: { group: "size", weight: 0.5, words: "more lines a minute than are typed" },
  "mostly-tests": { group: "size", weight: 0.2, words: "as many files of tests as of code" },
  "very-large": { group: "size", weight: 0.2, words: "a very large commit" },
  // Not measured: too rare in reviewed code. Nobody else writes such a line.
  "chat-leftover": { group: "leftovers", weight: 2, words: "a line left over from a chat" },
  "message-empty": { group: "people", weight: -0.9, words: "no body of the message" },
  "trailing-space": { group: "people", weight: -0.7, words: "blanks at the end of lines" },
  todo: { group: "people", weight: -0.3, words: "things left to do" },
} as const satisfies Readonly<Record<string, Signal>>;

export type SignalId = keyof typeof SIGNALS;
export const signalIds = Object.keys(SIGNALS) as readonly SignalId[];

/** Weights that replace those above, from a table fitted on a repository's own history. */
export type Weights = Readonly<Partial<Record<SignalId, number>>>;
