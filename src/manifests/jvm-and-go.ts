/** Dependencies of go.mod, pom.xml and build.gradle. */
import type { Dependency } from "./dependency.ts";
import { linesOf } from "./lines.ts";

/** What go.mod requires itself; `// indirect` ones come with the others. */
export function goModules(text: string): Dependency[] {
  let isBlock = false;
  return linesOf(text).flatMap((line, index) => {
    if (/^\s*require\s*\(/.test(line)) isBlock = true;
    else if (/^\s*\)/.test(line)) isBlock = false;
    const match = /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/\S+)\s+(v\S+)(?!.*\/\/\s*indirect)/.exec(
      line,
    );
    if (!match || !(isBlock || /^\s*require\s/.test(line))) return [];
    return [{ name: match[1]!, version: match[2]!, dev: false, line: index + 1 }];
  });
}

export function mavenDependencies(text: string): Dependency[] {
  const [before = "", ...parts] = withoutComments(text).split("<dependency>");
  let line = before.split("\n").length;
  return parts.flatMap((part) => {
    const at = line;
    line += part.split("\n").length - 1;
    const inside = part.split("</dependency>", 1)[0]!;
    const tag = (name: string): string => {
      const rest = inside.split(`<${name}>`)[1];
      return rest === undefined ? "" : rest.split("<", 1)[0]!.trim();
    };
    const [group, artifact] = [tag("groupId"), tag("artifactId")];
    if (group === "" || artifact === "") return [];
    const dev = tag("scope") === "test";
    return [{ name: `${group}:${artifact}`, version: tag("version"), dev, line: at }];
  });
}

/** Comments keep their line ends. */
function withoutComments(text: string): string {
  const [first = "", ...rest] = text.split("<!--");
  const plain = rest.map((part) => {
    const end = part.indexOf("-->");
    const comment = end < 0 ? part : part.slice(0, end);
    return comment.replace(/[^\n]+/g, "") + (end < 0 ? "" : part.slice(end + 3));
  });
  return first + plain.join("");
}

/** `implementation("group:artifact:version")`, with or without brackets, in Groovy or Kotlin. */
const CONFIGURATION =
  /^\s*(\w*(?:implementation|api|compileOnly|runtimeOnly|annotationProcessor|compile|runtime|kapt|ksp))\s*\(?\s*["']([\w.-]+:[\w.-]+)(?::([^"'@:]*))?/i;

export function gradleDependencies(text: string): Dependency[] {
  return linesOf(text).flatMap((line, index) => {
    const match = CONFIGURATION.exec(line);
    if (!match) return [];
    const dev = /test|debug/i.test(match[1]!);
    return [{ name: match[2]!, version: match[3] ?? "", dev, line: index + 1 }];
  });
}
