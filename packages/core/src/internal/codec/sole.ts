/**
 * `isSole` of the commonest descriptors, each written out: to an optimising compiler what an object has not is a part of
 * its shape, which it looks at only once where a function sees few of them. One function for all would see too many.
 */
import type { AttributeType } from "./wire.ts"

type Loose = { readonly [T in AttributeType]?: unknown }

export const isSoleS = (attribute: Loose): boolean =>
  attribute.N === undefined &&
  attribute.B === undefined &&
  attribute.BOOL === undefined &&
  attribute.NULL === undefined &&
  attribute.L === undefined &&
  attribute.M === undefined &&
  attribute.SS === undefined &&
  attribute.NS === undefined &&
  attribute.BS === undefined

export const isSoleN = (attribute: Loose): boolean =>
  attribute.S === undefined &&
  attribute.B === undefined &&
  attribute.BOOL === undefined &&
  attribute.NULL === undefined &&
  attribute.L === undefined &&
  attribute.M === undefined &&
  attribute.SS === undefined &&
  attribute.NS === undefined &&
  attribute.BS === undefined

export const isSoleBOOL = (attribute: Loose): boolean =>
  attribute.S === undefined &&
  attribute.N === undefined &&
  attribute.B === undefined &&
  attribute.NULL === undefined &&
  attribute.L === undefined &&
  attribute.M === undefined &&
  attribute.SS === undefined &&
  attribute.NS === undefined &&
  attribute.BS === undefined

export const isSoleM = (attribute: Loose): boolean =>
  attribute.S === undefined &&
  attribute.N === undefined &&
  attribute.B === undefined &&
  attribute.BOOL === undefined &&
  attribute.NULL === undefined &&
  attribute.L === undefined &&
  attribute.SS === undefined &&
  attribute.NS === undefined &&
  attribute.BS === undefined

export const isSoleL = (attribute: Loose): boolean =>
  attribute.S === undefined &&
  attribute.N === undefined &&
  attribute.B === undefined &&
  attribute.BOOL === undefined &&
  attribute.NULL === undefined &&
  attribute.M === undefined &&
  attribute.SS === undefined &&
  attribute.NS === undefined &&
  attribute.BS === undefined
