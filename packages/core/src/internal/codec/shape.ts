/**
 * Plain objects that are built property by property, at half the price of `{}`.
 */

type Letters<Text extends string> = Text extends `${infer First}${infer Rest}` ? First | Letters<Rest> : never

/** As many as most structs have fields; the engine adds some. */
type Slot = Letters<"abcdefghijklmnopqrstuvwx">

/** Makes an empty plain object. */
export type Shape = new (reserve: boolean) => { [name: string]: unknown }

/**
 * A constructor for objects that will all get the same properties, to be called with `false`. What it makes cannot be
 * told from `{}`.
 *
 * Engines keep the layout of objects by constructor, and take from the assignments that they see in its text how much
 * room an object needs; what the first few do not use is given back. So there is no larger store to be found and copied
 * to after every few properties, and objects of other shapes are no neighbours in the search for the next layout.
 */
export const makeShape = (): Shape => {
  function Shape(this: Record<Slot, number>, reserve: boolean) {
    // Never runs. The condition is no constant, so that minifiers leave it.
    if (reserve) {
      this.a = 0
      this.b = 0
      this.c = 0
      this.d = 0
      this.e = 0
      this.f = 0
      this.g = 0
      this.h = 0
      this.i = 0
      this.j = 0
      this.k = 0
      this.l = 0
      this.m = 0
      this.n = 0
      this.o = 0
      this.p = 0
      this.q = 0
      this.r = 0
      this.s = 0
      this.t = 0
      this.u = 0
      this.v = 0
      this.w = 0
      this.x = 0
    }
  }
  Shape.prototype = Object.prototype
  // A function is a constructor.
  return Shape as unknown as Shape
}
