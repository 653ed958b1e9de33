// DynamoDB quotes the request in some of its messages. Values must not reach logs and traces.

const patterns: ReadonlyArray<readonly [pattern: RegExp, replacement: string]> = [
  // "1 validation error detected: Value '…' at 'transactItems' failed to satisfy constraint: …"
  [/Value '[\s\S]*?' at '([\w.[\]]+)' failed to satisfy/g, "Value at '$1' failed to satisfy"],
  // "The parameter cannot be converted to a numeric value: …"
  [/(cannot be converted to a numeric value|converted into a number)\s*:[\s\S]*$/, "$1"]
]

/** A message of DynamoDB's without the values it quotes. */
export const redact = (message: string): string => {
  let result = message
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement)
  return result
}
