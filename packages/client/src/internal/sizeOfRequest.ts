import * as ItemSize from "@effect-dynamo/core/ItemSize"
import type { OperationName, Operations } from "./operations.ts"

/** One write unit is 1 KB. */
const unit = 1024

/**
 * How much a request asks for: of writes, the units that they cost at least, as far as it can be seen from the outside; of
 * anything else 1. An update and a delete cost by the item that stands there, which only DynamoDB knows.
 */
export const sizeOfRequest = <Name extends OperationName>(
  operation: Name,
  input: Operations[Name]["input"]
): number => {
  switch (operation) {
    case "PutItem":
      return ofPut((input as Operations["PutItem"]["input"]).Item)
    case "BatchWriteItem": {
      const { RequestItems = {} } = input as Operations["BatchWriteItem"]["input"]
      let units = 0
      for (const requests of Object.values(RequestItems)) {
        for (const { PutRequest } of requests) units += ofPut(PutRequest?.Item)
      }
      return Math.max(1, units)
    }
    case "TransactWriteItems": {
      const { TransactItems = [] } = input as Operations["TransactWriteItems"]["input"]
      // Each item is written twice: to prepare it, and to commit it.
      return Math.max(1, 2 * TransactItems.reduce((units, { Put }) => units + ofPut(Put?.Item), 0))
    }
    default:
      return 1
  }
}

/** The units of a put; of a write that is none, the least that one costs. */
const ofPut = (item: ItemSize.Item | undefined): number =>
  item === undefined ? 1 : Math.max(1, Math.ceil(ItemSize.ofItem(item) / unit))
