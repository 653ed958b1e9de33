import { assert } from "@effect/vitest"

/** Each placeholder of a request is used, and each one used is there. */
export const assertPlaceholders = (input: object) => {
  const {
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
    ...rest
  } = input as {
    readonly ExpressionAttributeNames?: object
    readonly ExpressionAttributeValues?: object
  }
  const text = Object.entries(rest)
    .filter(([name]) => name.endsWith("Expression"))
    .map(([, text]) => String(text))
    .join(" ")
  assert.deepStrictEqual(Array.from(new Set(text.match(/#\d+/g) ?? [])).sort(), Object.keys(names).sort())
  assert.deepStrictEqual(Array.from(new Set(text.match(/:\d+/g) ?? [])).sort(), Object.keys(values).sort())
}
