/** Trailers that say in free text that a machine took part: `Assisted-by: Crush:model`, `AI-used-for: code`. */
import type { Trailer } from "./message.ts";
import { tools } from "./registry/tools.ts";
import { unnamed } from "./registry/unnamed.ts";
import type { Tool } from "./rule.ts";

/** A family of models with a number or a variant, which no person's name has. */
const MODEL =
  /\b(?:(?:opus|sonnet|haiku|fable)[ -]?v?\d[\d.]*|(?:gpt|chatgpt|gemini|qwen|glm|grok|kimi|deepseek|llama|mistral|claude|codex)[ -]?v?\d[\w.]*(?:[ -](?:pro|flash|mini|nano|max|turbo|codex|coder))*|claude-[\w.-]*\d[\w.-]*|claude (?:opus|sonnet|haiku|fable)\b(?: v?\d[\d.]*)?)/i;

/** Words that, alone, name a machine in a trailer about assistance, though a person may bear them with a surname. */
const ALONE = new Map([
  ["claude", "claude-code"],
  ["chatgpt", undefined],
  ["gemini", undefined],
  ["devin", "devin"],
  ["jules", "jules"],
  ["amp", "amp"],
  ["kiro", "kiro"],
  ["cline", "cline"],
]);

const byAlias = new Map(
  tools.flatMap((tool) => tool.aliases.map((alias): [string, Tool] => [alias, tool])),
);
const byId = new Map(tools.map((tool) => [tool.id, tool]));

/** The model a text names, as written. */
export function modelIn(text: string): string | undefined {
  const found = MODEL.exec(text)?.[0];
  // The tool's name says the maker already.
  return found?.replace(/^claude (?=[a-z])/i, "");
}

export interface Named {
  readonly tool: Tool;
  readonly model: string | undefined;
}

/** A whole line that says what made the commit: `Generated with [Tool](https://example.com).` */
const FOOTER =
  /^[\W_]{0,6}(?:generated|created|written|authored|made) (?:with|by|using|via) \[?([a-z][\w. -]{1,30}?)\]?(?: ?\(https?:[^\s)]*\))?[.!_*]{0,3}$/i;

/** The tool that a whole line says made the commit. A model's name alone is too loose. */
export function namedInLine(line: string): Named | undefined {
  const name = FOOTER.exec(line)?.[1]?.toLowerCase();
  const tool = name === undefined ? undefined : byAlias.get(name);
  return tool === undefined ? undefined : named(line, tool);
}

/** What a trailer says took part; undefined where it names a person or denies. */
export function namedIn({ key, value, identity }: Trailer): Named | undefined {
  // A person's address makes it a person. A tool's is known to the registry.
  if (identity !== undefined) return undefined;
  if (/^(assisted-by|generated-by)$/.test(key)) return machineIn(value);
  if (/^(no|none|false|n\/a|0|-)\b/i.test(value)) return undefined;
  if (key === "ai-used-for")
    return /\b(code|tests?)\b/i.test(value) ? named(value, undefined) : undefined;
  if (
    /^(ai-assisted(-by)?|ai-generated(-by)?|ai-agent|ai-assistant|coding-agent|entire-agent|llm-assisted-by|commit-generated-by)$/.test(
      key,
    )
  )
    return machineIn(value) ?? named(value, undefined);
  return undefined;
}

function machineIn(value: string): Named | undefined {
  const text = value.replaceAll("`", "").trim();
  const lower = text.toLowerCase();
  if (/^llm\b/.test(lower) || /\bgeneric llm\b/.test(lower)) return named(text, undefined);
  // The tool stands before the model, or after `via` or `on`.
  const last = / (?:via|on|with|using) (.+)$/.exec(lower)?.[1];
  if (last !== undefined && MODEL.test(text)) return named(text, toolAt(last));
  const tool = toolAt(lower);
  if (tool !== undefined) return named(text, tool);
  const [word = ""] = /^[a-z]+/.exec(lower) ?? [];
  if (ALONE.has(word) && /^[a-z]+(:\S.*| \(.+\))?$/.test(lower))
    return named(text, byId.get(ALONE.get(word) ?? ""));
  return MODEL.test(text) ? named(text, undefined) : undefined;
}

/** The tool whose alias a text begins with, as a whole: followed by nothing, a model, or more tools. */
function toolAt(text: string): Tool | undefined {
  const [head = ""] = text.split(/[:([,]/, 1);
  const name = head.trim().replace(/[.!]+$/, "");
  const model = MODEL.exec(name);
  return (
    byAlias.get(name) ??
    (model === null ? undefined : byAlias.get(name.slice(0, model.index).trim()))
  );
}

function named(text: string, tool: Tool | undefined): Named {
  return { tool: tool ?? unnamed, model: modelIn(text) };
}
