/** Numbers in the order of numbers, dates, booleans and Options in keys, under a configuration of its own. */
import { DateTime, Option, Schema } from "effect"
import { Entity, Index, Key, Table } from "effect-dynamo"
import { member } from "../support/design.ts"
import type { Invented } from "./invented.ts"

const table = Table.make("scores", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    gsi2: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk" }),
    inverted: Index.global({ partitionKey: "sk", sortKey: "pk" }),
    bySeason: Index.global({ partitionKey: "gsi2pk", sortKey: "sk" })
  }
})

const PlayerId = Schema.String.pipe(Schema.brand("PlayerId"))

export class Score extends Entity.Class<Score>("Score")(
  {
    game: Schema.String,
    season: Schema.Int,
    round: Schema.Int,
    score: Schema.Number,
    player: PlayerId,
    ranked: Schema.Boolean,
    at: Schema.DateTimeUtc,
    clan: Schema.Option(Schema.String)
  },
  {
    table,
    partitionKey: Key.template("GAME|{game:upper}|{season:4}", { separator: "|" }),
    sortKey: [Key.padded("round", 3), Key.ordered("score"), "player"],
    indexes: {
      best: {
        index: "gsi1",
        partitionKey: Key.template("R|{ranked}|{game}", { separator: "|" }),
        sortKey: Key.template("{score:desc}|{at}", { separator: "|" })
      },
      clan: { index: "gsi2", partitionKey: Key.template("CLAN#{clan}") }
    },
    config: { keySeparator: "::", prefixSortKey: true, entityTypeAttribute: "_t", entityType: "S" }
  }
) {}

export const scores: Invented = {
  title: "scores in the order of numbers",
  table,
  members: {
    Score: member(Score, {
      at: (text: string) => DateTime.makeUnsafe(text),
      clan: (text: string | null) => Option.fromNullOr(text)
    })
  },
  items: [
    {
      entity: "Score",
      input: {
        game: "go|9",
        season: 2024,
        round: 7,
        score: 10.25,
        player: "a:b",
        ranked: true,
        at: "2024-01-01T00:00:00.000Z",
        clan: "red"
      },
      stored: {
        pk: { S: "GAME|GO\\|9|2024" },
        sk: { S: "round::007::score::d10p250e::player::a\\:b" },
        gsi1pk: { S: "R|true|go\\|9" },
        gsi1sk: { S: "W89K749V|2024-01-01T00:00:00.000Z" },
        gsi2pk: { S: "CLAN#red" },
        gsi2sk: { S: "score" },
        _t: { S: "S" },
        game: { S: "go|9" },
        season: { N: "2024" },
        round: { N: "7" },
        score: { N: "10.25" },
        player: { S: "a:b" },
        ranked: { BOOL: true },
        at: { S: "2024-01-01T00:00:00.000Z" },
        clan: { S: "red" }
      }
    },
    {
      entity: "Score",
      input: {
        game: "go|9",
        season: 2024,
        round: 7,
        score: -1,
        player: "z",
        ranked: true,
        at: "0000-01-01T00:00:00.000Z",
        clan: null
      },
      stored: {
        pk: { S: "GAME|GO\\|9|2024" },
        sk: { S: "round::007::score::X8V::player::z" },
        gsi1pk: { S: "R|true|go\\|9" },
        gsi1sk: { S: "c1e|0000-01-01T00:00:00.000Z" },
        _t: { S: "S" },
        game: { S: "go|9" },
        season: { N: "2024" },
        round: { N: "7" },
        score: { N: "-1" },
        player: { S: "z" },
        ranked: { BOOL: true },
        at: { S: "0000-01-01T00:00:00.000Z" }
      }
    },
    {
      entity: "Score",
      input: {
        game: "go|9",
        season: 2024,
        round: 7,
        score: 9,
        player: "m",
        ranked: true,
        at: "9999-12-31T23:59:59.999Z",
        clan: "red"
      },
      stored: {
        pk: { S: "GAME|GO\\|9|2024" },
        sk: { S: "round::007::score::c9e::player::m" },
        gsi1pk: { S: "R|true|go\\|9" },
        gsi1sk: { S: "X0V|9999-12-31T23:59:59.999Z" },
        gsi2pk: { S: "CLAN#red" },
        gsi2sk: { S: "score" },
        _t: { S: "S" },
        game: { S: "go|9" },
        season: { N: "2024" },
        round: { N: "7" },
        score: { N: "9" },
        player: { S: "m" },
        ranked: { BOOL: true },
        at: { S: "9999-12-31T23:59:59.999Z" },
        clan: { S: "red" }
      }
    }
  ]
}
