import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import type { DynamoClient } from "@effect-dynamo/client"
import type { DynamoError } from "@effect-dynamo/core"
import type { Effect } from "effect"

/** An update as code without types has it: the compiler refuses it, the run time must too. */
export interface Unchecked extends Effect.Effect<unknown, DynamoError.DynamoError, DynamoClient.DynamoClient> {
  readonly toInput: () => Effect.Effect<UpdateItemCommandInput, DynamoError.DynamoError>
}

/** What the compiler refuses to run. */
export const unchecked = (update: object): Unchecked => update as unknown as Unchecked
