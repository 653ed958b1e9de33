import * as Predicate from "effect/Predicate"

/** The names of the tables a request is about, each once. Tables only: never keys. */
export const tableNames = (input: object): ReadonlyArray<string> => {
  if ("TableName" in input) return typeof input.TableName === "string" ? [input.TableName] : []
  if ("RequestItems" in input && Predicate.isObject(input.RequestItems)) return Object.keys(input.RequestItems)
  if ("TransactItems" in input && Array.isArray(input.TransactItems)) {
    const names = new Set<string>()
    for (const item of input.TransactItems) {
      // each holds one action under its kind: `{ Put: { TableName, … } }`
      for (const action of Object.values(Predicate.isObject(item) ? item : {})) {
        if (Predicate.hasProperty(action, "TableName") && typeof action.TableName === "string") {
          names.add(action.TableName)
        }
      }
    }
    return [...names]
  }
  return []
}
