/**
 * Which texts can separate the parts of a key.
 */

/** What is wrong with a separator, if anything is. */
export const separatorProblem = (separator: string): string | undefined =>
  /^[^\p{L}\p{Nd}\p{Cc}\p{Cs}\\]+$/u.test(separator)
    ? undefined
    : "a key separator is one or more characters, none of them a letter, a digit, a backslash or a control character"
