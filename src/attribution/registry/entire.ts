/** Traces of Entire, which links a commit to an agent's session without saying which lines are the agent's. */
import type { Tool } from "../rule.ts";

export const entire: Tool = {
  id: "entire",
  name: "an agent recorded by Entire",
  aliases: [],
  rules: [
    {
      name: "checkpoint",
      kind: "trailer",
      match: /^entire-checkpoint:\s*([0-9a-f]{12}|[0-9a-hjkmnp-tv-z]{26})$/i,
      class: "A",
      source: "vendor",
      yes: ["Entire-Checkpoint: a3b2c4d5e6f7"],
      no: ["Entire-Checkpoint: none"],
    },
  ],
};
