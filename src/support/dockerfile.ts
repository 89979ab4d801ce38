/** What the last stage of a Dockerfile ends up with, as settings. */
import type { Setting } from "./structured.ts";

export const isDockerfile = (path: string): boolean =>
  /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$|\.Dockerfile$/i.test(path);

/** Characters of a line that a person wrote. */
const LONG = 2000;

/** The last `USER` of the last stage, and the image it is `FROM`. A stage made from another has that one's user. */
export function dockerfileSettings(text: string): Setting[] {
  const stages = new Map<string, Map<string, Setting>>();
  let stage = new Map<string, Setting>();
  text.split(/\r?\n/).forEach((line, index) => {
    const match =
      line.length > LONG
        ? null
        : /^\s*(FROM|USER)\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line);
    if (!match) return;
    const [, instruction, value, name] = match as unknown as [string, string, string, string?];
    if (/from/i.test(instruction)) {
      stage = new Map(stages.get(value.toLowerCase()));
      if (name !== undefined) stages.set(name.toLowerCase(), stage);
      if (stage.has("FROM")) return;
    }
    const key = instruction.toUpperCase();
    stage.set(key, { keys: [key], value, line: index + 1 });
  });
  return [...stage.values()];
}
