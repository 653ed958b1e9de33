import { assert, describe, it } from "@effect/vitest"
import { parseVersion } from "../src/internal/java.ts"

describe("the version of Java", () => {
  const outputs: ReadonlyArray<readonly [string, number | undefined]> = [
    ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "21" 2023-09-19', 21],
    ['openjdk version "25-ea" 2025-09-16', 25],
    ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "11.0.2" 2019-01-15', 11],
    ["The operation couldn’t be completed. Unable to locate a Java Runtime.", undefined],
    ["", undefined]
  ]
  it.each(outputs)("in %j is %s", (output, version) => {
    assert.strictEqual(parseVersion(output), version)
  })
})
