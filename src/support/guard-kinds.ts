/** What a guard asks of who sends a request. */
export const guardKinds = [
  "authentication",
  "role",
  "owner",
  "tenant",
  "permission",
  "signature",
  "rate",
  "csrf",
  "validation",
] as const;
