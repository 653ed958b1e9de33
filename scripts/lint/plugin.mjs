/**
 * The house rules that no built-in lint rule covers.
 *
 * Library sources are Effect code: a failure is a value in the error channel, so `try` is allowed only around
 * third-party code that throws. Such a place says why: `// oxlint-disable-next-line house/no-try -- reason`.
 *
 * @type {import("oxlint/plugins-dev").Rule}
 */
const noTry = {
  create: (context) => ({
    TryStatement: (node) =>
      context.report({ node, message: "No try in library code: use Effect.try, or say why not on a disable comment." })
  })
}

/**
 * A disable comment without a reason is a rule switched off, not an exception to it.
 *
 * @type {import("oxlint/plugins-dev").Rule}
 */
const disableNeedsReason = {
  create: (context) => ({
    Program: () => {
      for (const comment of context.sourceCode.getAllComments()) {
        if (/^\s*(?:oxlint|eslint)-disable/.test(comment.value) && !/ -- \S/.test(comment.value)) {
          context.report({ node: comment, message: "Say why, behind ` -- `." })
        }
      }
    }
  })
}

export default {
  meta: { name: "house" },
  rules: { "no-try": noTry, "disable-needs-reason": disableNeedsReason }
}
