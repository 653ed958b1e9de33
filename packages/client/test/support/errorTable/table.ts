/**
 * Every error that DynamoDB, the SDK and the network can give, and what becomes of it. errorTable.test.ts makes each of them happen on
 * the wire; the table in docs/errors.md is written from here by `npm run docs:errors`.
 */
import { ofNetwork } from "./network.ts"
import { refusals } from "./refusals.ts"
import type { Row, Section } from "./row.ts"
import { ofWrites } from "./writes.ts"

export const sections: ReadonlyArray<Section> = [...refusals, ...ofWrites, ...ofNetwork]

const retries = { true: "yes", false: "no", once: "once", "on request": "on request" }

const cells = ({ ambiguous, error, retried, tag, why }: Row): ReadonlyArray<string> => [
  error,
  `\`${tag}\``,
  retries[`${retried}`],
  ambiguous ? "yes" : "no",
  why
]

/** Every line of the tables in the guide, cell by cell. */
export const toMarkdown = (): string =>
  sections
    .map(({ rows, title }) =>
      [
        `### ${title}`,
        "",
        "| error | tag | retried | ambiguous | why |",
        "| --- | --- | --- | --- | --- |",
        ...rows.map((row) => `| ${cells(row).join(" | ")} |`),
        ""
      ].join("\n")
    )
    .join("\n")
