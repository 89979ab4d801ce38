/** The script blocks of a Vue component, in place. */
import { blank } from "./recovery.ts";

/** The component's text with everything but its scripts blanked, so that offsets stay right. */
export function scriptBlocks(source: string): {
  readonly text: string;
  readonly isTypeScript: boolean;
} {
  let text = "";
  let isTypeScript = false;
  let from = 0;
  const block = /(<script\b((?:"[^"]*"|'[^']*'|[^>"'])*)>)(.*?)<\/script\s*>/gis;
  for (const match of source.matchAll(block)) {
    const [, tag, attributes, body] = match as unknown as [string, string, string, string];
    const start = match.index + tag.length;
    text += blank(source.slice(from, start)) + body;
    from = start + body.length;
    if (/\blang\s*=\s*["']?tsx?\b/i.test(attributes)) isTypeScript = true;
  }
  return { text: text + blank(source.slice(from)), isTypeScript };
}
