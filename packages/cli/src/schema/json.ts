/** A model for machines. */
import { type EntityModel, type KeyModel, type SchemaModel, sourceOf } from "./model.ts"

/** The model as JSON has it, keys as `Key` takes them. */
export const toJson = ({ entities, ...model }: SchemaModel): object => ({
  ...model,
  entities: entities.map(entityJson)
})

const entityJson = ({ partitionKey, patterns, sortKey, ...entity }: EntityModel): object => ({
  ...entity,
  partitionKey: keyJson(partitionKey),
  sortKey: keyJson(sortKey),
  indexes: patterns.map((pattern) => ({
    index: pattern.index,
    partitionKey: keyJson(pattern.partitionKey),
    sortKey: keyJson(pattern.sortKey)
  }))
})

const keyJson = (key: KeyModel | undefined): object | undefined => {
  if (key === undefined) return undefined
  switch (key._tag) {
    case "Template":
      return { template: sourceOf(key), separator: key.separator, oneWay: key.oneWay }
    case "Attribute":
      return { attribute: key.field }
    case "Fields":
      return { fields: key.fields }
  }
}
