import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { toggle } from "../flagValue.ts"
import { lazily } from "../lazily.ts"
import * as flags from "../reading/flags.ts"
import { tableArgument } from "../tables/nameArgument.ts"

const bound = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withDescription(description), Flag.withMetavar("VALUE"), Flag.optional)

export const query = Command.make(
  "query",
  {
    table: tableArgument("table"),
    key: flags.key(
      "The values of the partition key, and of as much of the sort key as is to be equal, in the order of the key"
    ),
    index: flags.index,
    eq: bound("eq", "Where the sort key is this"),
    lt: bound("lt", "Where the sort key is less"),
    lte: bound("lte", "Where the sort key is this or less; with --gte, between both"),
    gt: bound("gt", "Where the sort key is more"),
    gte: bound("gte", "Where the sort key is this or more"),
    beginsWith: bound("begins-with", "Where the sort key begins like this"),
    reverse: toggle("reverse", "From the last one to the first"),
    filter: flags.filter,
    project: flags.project,
    limit: flags.limit,
    count: toggle("count", "Only say how many there are"),
    readRate: flags.readRate,
    consistent: flags.consistent,
    format: flags.format
  },
  lazily(() => import("../run/query.ts"))
).pipe(
  Command.withDescription("Show the items of a partition, in the order of the sort key"),
  Command.withExamples([
    { command: "effect-dynamo query orders user#1", description: "A partition" },
    {
      command: "effect-dynamo query orders user#1 --begins-with order#2026- --reverse",
      description: "The latest first"
    },
    {
      command: "effect-dynamo query orders --index byState open --gte 10 --lte 20",
      description: "A range of an index"
    },
    {
      command: "effect-dynamo query shops --index byPlace NO Oslo --begins-with Torg",
      description: "An index whose key has several attributes"
    },
    { command: "effect-dynamo query orders user#1 --count", description: "How many there are" }
  ])
)
