/** Regular expressions that can be made slow are told from those that cannot, and the question ends. */
import { describe, expect, test } from "@jest/globals";
import { createRegexChecker, simplified } from "../src/queries/redos.ts";

const isVulnerable = createRegexChecker();

describe("the checker", () => {
  test.each([
    ["^(a+)+$", ""],
    ["^([a-z]+ ?)+$", ""],
    ["\\s+$", ""],
    // Counts of dozens once took minutes.
    ["^([^-]+)-([A-Za-z0-9+/=]{44,88})(\\?[\\x21-\\x7E]*)*$", "i"],
  ])("finds /%s/%s", (source, flags) => {
    expect(isVulnerable(source, flags)).toBe(true);
  });

  test.each([
    ["^[a-z]+(?: [a-z]+)*$", ""],
    ["^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{12}$", "i"],
    ["^\\d{1,3}(?:\\.\\d{1,3}){3}$", ""],
  ])("lets /%s/%s pass", (source, flags) => {
    expect(isVulnerable(source, flags)).toBe(false);
  });
});

test("of words only their ends are kept", () => {
  expect(simplified("(?<year>\\d+)https?:\\/\\/example[example]\\u0041abc\\k<year>to+")).toBe(
    "(?<year>\\d+)hs?:\\/\\/ee[example]\\u0041ac\\k<year>to+",
  );
});

test("only counted repetitions are shortened", () => {
  expect(simplified("a{44,88}b{9}c{3,}d{2}e{1,2}[{44,88}]\\{44,88}f{20,}")).toBe(
    "a{2,4}b{4}c{2,}d{2}e{1,2}[{44,88}]\\{44,88}f{2,}",
  );
});
