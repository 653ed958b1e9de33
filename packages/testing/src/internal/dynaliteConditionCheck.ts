/** A failed condition as Dynalite tells it: an error with the body of its answer. */
interface ConditionFailure {
  readonly body: { Item?: object }
}

/** What is used of Dynalite's `db/index.js`. Its actions call the function as a property of the module. */
interface Db {
  checkConditional: (
    request: Readonly<Record<string, unknown>>,
    existing: object | undefined
  ) => ConditionFailure | null | undefined
}

/** What is used of Dynalite's `validations/…`: the parameters that an operation has. It drops the others of a request. */
interface Validation {
  readonly types: Record<string, unknown>
}

const parameter = "ReturnValuesOnConditionCheckFailure"

/**
 * Teaches Dynalite `ReturnValuesOnConditionCheckFailure`, which it overlooks as of version 4.0.0: the failure of a condition has the
 * item that stood there, where the request asks for it.
 *
 * Dynalite's modules are the process's: this holds for every Dynalite in it, but changes no answer to a request without the
 * parameter. Where the parameter is known, by an earlier call or to Dynalite itself, nothing is done.
 *
 * See [PutItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html).
 */
export const returnItemOnConditionCheckFailure = (require: NodeJS.Require): void => {
  const validations = ["putItem", "updateItem", "deleteItem"].map((name): Validation =>
    require(`dynalite/validations/${name}`)
  )
  if (validations.some(({ types }) => parameter in types)) return
  for (const { types } of validations) types[parameter] = { type: "String", enum: ["ALL_OLD", "NONE"] }

  const db: Db = require("dynalite/db")
  const { checkConditional } = db
  db.checkConditional = (request, existing) => {
    const failure = checkConditional(request, existing)
    if (failure && existing !== undefined && request[parameter] === "ALL_OLD") {
      // Dynalite keeps items as they are on the wire.
      failure.body.Item = existing
    }
    return failure
  }
}
