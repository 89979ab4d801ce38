/** Signs of style in added lines of code. */
import { commentsIn } from "./comments.ts";
import { REASON } from "./message-signals.ts";
import type { SignalId } from "./signals.ts";

/** Fewer added lines of code show no style. */
export const LEAST_LINES = 8;

const REASONS = 2;
const COMMENT_RATIO = 0.25;
const COMMENTS = 3;
const LONG_COMMENT = 60;

const LABEL = /^(?!todo|fixme|note|xxx|hack|see|https?)[A-Z][\w '/-]{2,40}: \S/i;
const EMOJI = /(?![©®™↔↩↪▶◀☑✓✔])\p{Extended_Pictographic}/u;
const BANNER = /[-=─━═*#~]{10,}|[╔╗╚╝║┌┐└┘├┤]/;
const LEFTOVER =
  /^\s*(?:\/\/|#|\/\*|\*)?\s*(?:\.\.\. ?(?:existing|rest of (?:the|your)|remaining) (?:code|implementation|file)\b|here(?:'s| is) the (?:updated|complete|corrected|full) (?:code|version|implementation|file)\b)/i;

/** @param lines Added lines that somebody wrote: neither moved nor only formatted. */
export function codeSignals(lines: readonly string[], path: string): SignalId[] {
  const code = lines.filter((line) => line.trim() !== "");
  if (code.length < LEAST_LINES) return [];
  const { texts, whole, blocks } = commentsIn(lines, path);
  const found: SignalId[] = [];
  const add = (is: boolean, id: SignalId) => {
    if (is) found.push(id);
  };
  const comment = texts.join("\n");
  const average = comment.length / Math.max(1, texts.length);
  const sentences = texts.filter((text) => /^[A-Z].*[.!]$/.test(text)).length;
  add(/#\d{2,}\b/.test(comment), "comment-issue");
  add(
    texts.some((text) => LABEL.test(text)),
    "comment-label",
  );
  add((comment.match(REASON)?.length ?? 0) >= REASONS, "comment-rationale");
  add(whole >= COMMENTS && whole / code.length >= COMMENT_RATIO, "comment-ratio");
  add(
    texts.length >= COMMENTS && (sentences >= COMMENTS || average >= LONG_COMMENT),
    "comment-sentences",
  );
  add(blocks > 0, "comment-block");
  add(
    texts.some((text) => /^(?:step \d+\b|\d+[.)] \S)/i.test(text)),
    "comment-steps",
  );
  add(
    code.some((line) => line.includes("—")),
    "code-em-dash",
  );
  add(
    code.some((line) => EMOJI.test(line)),
    "code-emoji",
  );
  add(
    texts.some((text) => BANNER.test(text)),
    "code-banner",
  );
  add(
    code.some((line) => LEFTOVER.test(line)),
    "chat-leftover",
  );
  add(
    code.some((line) => /\S[ \t]+\r?$/.test(line)),
    "trailing-space",
  );
  add(/\b(?:TODO|FIXME|XXX)\b/.test(comment), "todo");
  return found;
}
