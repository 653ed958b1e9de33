/** What the library remarks beside its results: to standard error, as lines for people. */
import * as Logger from "effect/Logger"

const line = Logger.make(({ logLevel, message }) => {
  const words = (Array.isArray(message) ? message : [message]).map((word) =>
    typeof word === "string" ? word : JSON.stringify(word)
  )
  return `${logLevel.toLowerCase()}: ${words.join(" ")}`
})

export const logging = Logger.layer([Logger.withConsoleError(line)])
