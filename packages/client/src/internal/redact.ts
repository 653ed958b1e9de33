// DynamoDB quotes the request in some of its messages. Values must not reach logs and traces.

const patterns: ReadonlyArray<readonly [pattern: RegExp, replacement: string]> = [
  // "1 validation error detected: Value '…' at 'transactItems' failed to satisfy constraint: …"
  [/Value '[\s\S]*?' at '([^']+)' failed to satisfy/g, "Value at '$1' failed to satisfy"],
  // "The parameter cannot be converted to a numeric value: …"
  [/(cannot be converted to a numeric value|converted into a number)\s*:[\s\S]*$/, "$1"],
  // "… or equal to lower bound; lower bound operand: AttributeValue: {S:…}, upper bound operand: AttributeValue: {S:…}"
  [/; lower bound operand:[\s\S]*$/, ""],
  // "… were invalid: Input collection […] contains duplicates."
  [/Input collection \[[\s\S]*\] ?(?=(of type \w+ )?contains duplicates)/, "Input collection "],
  // "Statement wasn't well formed, can't be processed: …", where that is the statement itself
  [/(can't be processed): *(SELECT|INSERT|UPDATE|DELETE|EXISTS)\b[\s\S]*$/i, "$1"]
]

/** A message of DynamoDB's without the values it quotes. */
export const redact = (message: string): string => {
  let result = message
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement)
  return result
}
