/** The numbers fitted on one repository's history, as they are stored. */
import { z } from "zod";
import { SIGNALS, type SignalId, signalIds } from "../style/signals.ts";

const Weights = z.partialRecord(
  z.enum(signalIds as [SignalId, ...SignalId[]]),
  z.number().min(-5).max(5),
);

const Fit = z.strictObject({
  auc: z.number(),
  brier: z.number(),
  recallAt1: z.number(),
  recallAt5: z.number(),
  reliability: z.array(
    z.strictObject({
      from: z.number(),
      to: z.number(),
      predicted: z.number(),
      observed: z.number(),
      count: z.number(),
    }),
  ),
});

export const CalibrationTable = z.strictObject({
  version: z.literal(1),
  /** What it was fitted on, in words that fit into a report. */
  description: z.string().max(300),
  /** Probability of AI authorship of a commit of this repository, before anything is known of it. */
  prior: z.number().min(0.05).max(0.8),
  weights: Weights,
  /** Commits it was fitted on. */
  positives: z.number(),
  negatives: z.strictObject({ before2021: z.number(), before2023: z.number() }),
  /** Measured on authors it was not fitted on, at equal numbers of both kinds. */
  fit: Fit,
});
export type CalibrationTable = z.infer<typeof CalibrationTable>;

/** Signals whose weight a history can tell; what is too rare to be measured keeps its own. */
export const fittedSignals: readonly SignalId[] = signalIds.filter(
  (id) => SIGNALS[id].group !== "leftovers",
);
