/**
 * DynamoDB's attribute values, and schemas for what plain JSON lacks: sets,
 * exact numbers, binary.
 *
 * @since 0.1.0
 */

/**
 * An attribute value as DynamoDB stores it and as the AWS SDK takes it.
 *
 * See [the data types](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
 *
 * @category models
 * @since 0.1.0
 */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: Uint8Array }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: Array<AttributeValue> }
  | { M: { [name: string]: AttributeValue } }
  | { SS: Array<string> }
  | { NS: Array<string> }
  | { BS: Array<Uint8Array> }

/**
 * An item as DynamoDB stores it: attribute values by attribute name.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item {
  [name: string]: AttributeValue
}
