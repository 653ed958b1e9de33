/** A port that nothing listens on, for the tests of other packages. */
export { freePort } from "../src/internal/freePort.ts"
