/** What is wrong with a text that is no JSON, without the text: it may be somebody's data. */
export const jsonMistake = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  const [, what, place] =
    /^(.*?)(?:, (?:\.\.\.)?".*is not valid JSON)?( in JSON at position \d+)?(?: \(.*\))?$/s.exec(message) ?? []
  return `It is no JSON: ${what === undefined || /^["']/.test(what) ? "it cannot be read" : what}${place?.replace(" in JSON", "") ?? ""}`
}
