export * as Dynalite from "./Dynalite.ts"
export * as DynamoLocal from "./DynamoLocal.ts"
export * as EngineError from "./EngineError.ts"
export * as Faults from "./Faults.ts"
