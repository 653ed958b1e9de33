/** What the documentation of a public symbol has to have, besides what TypeDoc itself looks at. */

/**
 * @param {import("typedoc").ProjectReflection} project
 * @param {import("typedoc").Logger} logger
 */
export const check = (project, logger) => {
  /**
   * @param {import("typedoc").Reflection} reflection
   * @param {string} problem
   */
  const report = (reflection, problem) => {
    const [source] = reflection.sources ?? reflection.parent?.sources ?? []
    logger.validationWarning(`${source?.fileName}:${source?.line}: ${reflection.getFriendlyFullName()} ${problem}`)
  }

  for (const reflection of Object.values(project.reflections)) {
    // What editors show has no folder that a path could begin in.
    for (const part of reflection.comment?.summary ?? []) {
      if (part.kind === "relative-link") report(reflection, `links to ${part.text}: link to symbols as {@link name}`)
    }
  }

  for (const module of project.children ?? []) {
    const categorised = (module.categories ?? []).filter(({ title }) => title !== "Other")
    for (const reflection of [module, ...(module.children ?? [])]) {
      const comments = [reflection, ...(reflection.signatures ?? [])].flatMap(({ comment }) => comment ?? [])
      if (!comments.some(({ summary }) => summary.length > 0)) report(reflection, "has no description")
      const since = comments.flatMap((comment) => comment.getTag("@since")?.content ?? [])
      if (!since.some(({ text }) => /^\d+\.\d+\.\d+$/.test(text))) report(reflection, "has no `@since` of a version")
      if (reflection !== module && !categorised.some(({ children }) => children.includes(reflection))) {
        report(reflection, "has no `@category`")
      }
    }
  }
}
