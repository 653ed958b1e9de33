/**
 * Telling keys apart as DynamoDB does.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import type { Item } from "./operations.ts"

/** Texts that are the same for the same key: of the attributes with these names. */
export const identityOf = (names: ReadonlyArray<string>, item: Item): string =>
  JSON.stringify(names.map((name) => textOf(item[name])))

const textOf = (value: AttributeValue | undefined): unknown => {
  if (value?.S !== undefined) return value.S
  if (value?.N !== undefined) return [decimal(value.N)]
  if (value?.B !== undefined) return Array.from(value.B)
  return null
}

/** A number's one text: 1, 1.0 and 10E-1 are the same key, and DynamoDB gives it back as it likes. */
const decimal = (text: string): string => {
  const parts = /^\s*([+-]?)0*(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/.exec(text)
  // What is no number DynamoDB refuses.
  if (parts === null) return text
  const [, sign, whole = "", fraction = "", exponent = "0"] = parts
  const digits = `${whole}${fraction}`.replace(/^0+/, "")
  const significant = digits.replace(/0+$/, "")
  if (significant === "") return "0"
  const scale = Number(exponent) - fraction.length + (digits.length - significant.length)
  return `${sign === "-" ? "-" : ""}${significant}e${scale}`
}
