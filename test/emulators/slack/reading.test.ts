import { describe, expect, test } from "vitest";
import { decodeMarkdown } from "./reading.ts";

describe("what a reader sees", () => {
  test.each([
    ["a &lt; b &amp;lt; c", "a < b &lt; c"],
    ["`&lt;` &lt; ``a ` &lt;`` &gt;", "`&lt;` < ``a ` &lt;`` >"],
    ["```\n&lt;\n```\n&lt;", "```\n&lt;\n```\n<"],
    ["~~~~ts\n&lt;\n~~~\n&lt;\n~~~~\n&lt;", "~~~~ts\n&lt;\n~~~\n&lt;\n~~~~\n<"],
    ["a\n```\n&lt;", "a\n```\n&lt;"],
    ["```&lt;``` &lt;", "```&lt;``` <"],
    ["- ```\n  &lt;\n  ```\n&lt;", "- ```\n  &lt;\n  ```\n<"],
    ["an ` alone &lt;", "an ` alone <"],
    ["` &lt;\n\n &lt; `", "` <\n\n < `"],
  ])("of the markdown %j is %j", (source, seen) => {
    expect(decodeMarkdown(source)).toBe(seen);
  });
});
