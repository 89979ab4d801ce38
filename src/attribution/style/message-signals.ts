/** Signs of style in a commit message. */
import { proseOf } from "../message.ts";
import type { SignalId } from "./signals.ts";

const VERY_LONG = 1200;
const LONG = 400;
const CODE_SPANS = 3;
const REASONS = 2;
const BULLETS = 3;

export const REASON =
  /\b(so that|instead of|rather than|because|otherwise|in order to|to avoid|this (?:ensures|prevents|avoids|allows|lets|keeps|means))\b/gi;
const PRAISE =
  /\b(comprehensive(ly)?|robust(ly|ness)?|ensur(e|es|ing)|enhanc(e|es|ed|ing|ements?)|leverag(e|es|ing)|seamless(ly)?|streamlin(e|es|ed|ing))\b/i;

/** Traces that name a tool are left out first, so that style is judged and not the trailer. */
export function messageSignals(message: string): SignalId[] {
  const body = proseOf(message);
  const text = body.join("\n");
  const subject = message.split("\n", 1)[0] ?? "";
  if (text.trim() === "") return ["message-empty"];
  const found: SignalId[] = [];
  const add = (is: boolean, id: SignalId) => {
    if (is) found.push(id);
  };
  add(/—/.test(subject + text), "message-em-dash");
  add(
    body.some((line) => /^#{1,4} \S/.test(line)),
    "message-heading",
  );
  add(text.length >= VERY_LONG, "message-very-long");
  add(text.length >= LONG && text.length < VERY_LONG, "message-long");
  add(/[→⇒]/.test(subject + text), "message-arrow");
  add((text.match(/`[^`\n]+`/g)?.length ?? 0) >= CODE_SPANS, "message-code-spans");
  add((text.match(REASON)?.length ?? 0) >= REASONS, "message-rationale");
  add(PRAISE.test(text), "message-praise");
  add(body.filter((line) => /^\s*[-*•] \S/.test(line)).length >= BULLETS, "message-bullets");
  return found;
}
