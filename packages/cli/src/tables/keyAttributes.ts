/** The key attributes of a table or index, as DynamoDB describes them. */
import type { AttributeDefinition, KeySchemaElement } from "@aws-sdk/client-dynamodb"
import type { KeyAttribute } from "./keyFlag.ts"

/** DynamoDB's type of an attribute that is a key. */
const typeOf = (type: AttributeDefinition["AttributeType"]): KeyAttribute["type"] =>
  type === "N" || type === "B" ? type : "S"

/** All attributes that are keys of the table or an index. */
export const defined = (definitions: ReadonlyArray<AttributeDefinition> = []): ReadonlyArray<KeyAttribute> =>
  definitions.map(({ AttributeName: name = "", AttributeType }) => ({ name, type: typeOf(AttributeType) }))

/** The attributes of a key, in order: of its partition key, of its sort key. */
export const keyAttributes = (definitions: ReadonlyArray<AttributeDefinition> | undefined) => {
  const types = new Map(defined(definitions).map(({ name, type }) => [name, type]))
  return (schema: ReadonlyArray<KeySchemaElement> | undefined, role: "HASH" | "RANGE"): ReadonlyArray<KeyAttribute> =>
    (schema ?? [])
      .filter(({ KeyType }) => KeyType === role)
      .map(({ AttributeName: name = "" }) => ({ name, type: types.get(name) ?? "S" }))
}
