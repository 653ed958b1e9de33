import type { Reporter, TestCase, TestModule } from "vitest/node"

/**
 * Fails a run that skipped a test, and names the test. CI uses it: there every engine is installed, so that a test
 * that needs DynamoDB Local and does not run is a mistake.
 */
export const noSkips: Reporter = {
  onTestRunEnd: (modules: ReadonlyArray<TestModule>) => {
    const skipped = modules.flatMap((module): ReadonlyArray<TestCase> => [...module.children.allTests("skipped")])
    if (skipped.length === 0) return
    process.exitCode = 1
    for (const test of skipped) {
      const result = test.result()
      const note = result.state === "skipped" && result.note !== undefined ? ` (${result.note})` : ""
      process.stderr.write(`SKIPPED in CI: ${test.module.relativeModuleId} > ${test.fullName}${note}\n`)
    }
  }
}
