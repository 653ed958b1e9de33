/** All adapters, by the names that `--only` takes. Each is loaded in a process of its own. */
import type { Load } from "../lib/adapter.ts"

export const adapters = {
  json: async () => (await import("./json.ts")).adapter,
  hand: async () => (await import("./hand.ts")).adapter,
  ours: async () => (await import("./ours.ts")).adapter,
  "ours-generated": async () => (await import("./oursGenerated.ts")).adapter,
  "ours-class": async () => (await import("./oursClass.ts")).adapter,
  "ours-direct": async () => (await import("./oursDirect.ts")).adapter,
  "ours-direct-generated": async () => (await import("./oursDirectGenerated.ts")).adapter,
  "ours-undici": async () => (await import("./oursUndici.ts")).adapter,
  sdk: async () => (await import("./sdk.ts")).adapter,
  "sdk-quiet": async () => (await import("./sdkQuiet.ts")).adapter,
  "sdk-bare": async () => (await import("./sdkBare.ts")).adapter,
  "lib-dynamodb": async () => (await import("./libDynamodb.ts")).adapter,
  electrodb: async () => (await import("./electrodb.ts")).adapter,
  toolbox: async () => (await import("./toolbox.ts")).adapter,
  onetable: async () => (await import("./onetable.ts")).adapter
} satisfies Readonly<Record<string, Load>>

export type AdapterId = keyof typeof adapters
