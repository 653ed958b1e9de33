import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { parsed, toggle, wholeNumber } from "../flagValue.ts"
import { lazily } from "../lazily.ts"
import { parseIndex } from "../tables/indexFlag.ts"
import { parseKey } from "../tables/keyFlag.ts"
import { timeout } from "../tables/timeoutFlag.ts"

export const createTable = Command.make(
  "create-table",
  {
    name: Argument.String("name").pipe(
      Argument.withDescription("The table's name; may be left out with --from"),
      Argument.optional
    ),
    partitionKey: parsed("partition-key", parseKey).pipe(
      Flag.withDescription("The partition key, and its type unless that is text: id, id:N, id:B; else pk"),
      Flag.withMetavar("ATTRIBUTE"),
      Flag.optional
    ),
    sortKey: parsed("sort-key", parseKey).pipe(
      Flag.withDescription("The sort key, likewise; else sk"),
      Flag.withMetavar("ATTRIBUTE"),
      Flag.optional
    ),
    noSortKey: toggle("no-sort-key", "The table has no sort key"),
    index: parsed("index", parseIndex).pipe(
      Flag.withDescription(
        "An index, written NAME=PARTITION/SORT; repeat it for more. Several attributes: byPlace=country,city/year:N,month:N. " +
          "Keys only, or keys and some attributes: byStatus=status@keys, byStatus=status@keys+total+title. " +
          "A local index: local:byDate=/createdAt:N"
      ),
      Flag.withMetavar("INDEX"),
      Flag.atLeast(0)
    ),
    ttl: Flag.String("ttl").pipe(
      Flag.withDescription("The attribute that says, in seconds since 1970, when an item expires"),
      Flag.withMetavar("ATTRIBUTE"),
      Flag.optional
    ),
    billingMode: Flag.ChoiceWithValue("billing-mode", [
      ["PAY_PER_REQUEST", "on-demand"],
      ["PROVISIONED", "provisioned"],
      ["on-demand", "on-demand"],
      ["provisioned", "provisioned"]
    ]).pipe(
      Flag.withDescription("Pay by the request (on demand, unless told), or for capacity set aside"),
      Flag.withMetavar("MODE"),
      Flag.optional
    ),
    readCapacity: wholeNumber("read-capacity").pipe(
      Flag.withDescription("Read units per second set aside, for the table and for each global index"),
      Flag.withMetavar("UNITS"),
      Flag.optional
    ),
    writeCapacity: wholeNumber("write-capacity").pipe(
      Flag.withDescription("Write units per second set aside, likewise"),
      Flag.withMetavar("UNITS"),
      Flag.optional
    ),
    stream: Flag.ChoiceWithValue("stream", [
      ["keys-only", "keys-only"],
      ["new-image", "new-image"],
      ["old-image", "old-image"],
      ["new-and-old-images", "new-and-old-images"],
      ["KEYS_ONLY", "keys-only"],
      ["NEW_IMAGE", "new-image"],
      ["OLD_IMAGE", "old-image"],
      ["NEW_AND_OLD_IMAGES", "new-and-old-images"]
    ]).pipe(
      Flag.withDescription("Write changes to a stream: keys, or items as they are after, were before, or both"),
      Flag.withMetavar("VIEW"),
      Flag.optional
    ),
    tags: Flag.KeyValuePair("tags").pipe(
      Flag.withDescription("A tag; repeat it for more"),
      Flag.withMetavar("KEY=VALUE"),
      Flag.withDefault({})
    ),
    deletionProtection: toggle("deletion-protection", "Have DynamoDB refuse to delete the table"),
    from: Flag.String("from").pipe(
      Flag.withDescription(
        "Create it as a Table value of a TypeScript or JavaScript file says, instead of by key flags"
      ),
      Flag.withMetavar("FILE#EXPORT"),
      Flag.optional
    ),
    dryRun: toggle("dry-run", "Print the CreateTable request as JSON and send nothing; needs no credentials"),
    timeout
  },
  lazily(() => import("../run/createTable.ts"))
).pipe(
  Command.withDescription("Create a table, and wait until it is active"),
  Command.withExamples([
    { command: "effect-dynamo create-table users", description: "Keys pk and sk, paid by the request" },
    {
      command: "effect-dynamo create-table products --partition-key category_id --sort-key product_id",
      description: "Keys of other names"
    },
    {
      command: "effect-dynamo create-table counters --partition-key id:N --no-sort-key",
      description: "A number for a key, and no sort key"
    },
    {
      command: "effect-dynamo create-table orders --index byStatus=status/createdAt:N --ttl expiresAt",
      description: "A global index, and items that expire"
    },
    {
      command: "effect-dynamo create-table traffic --billing-mode PROVISIONED --read-capacity 50 --write-capacity 25",
      description: "Capacity set aside"
    },
    {
      command: "effect-dynamo create-table --from src/schema.ts#Users",
      description: "As a Table value says"
    }
  ])
)
