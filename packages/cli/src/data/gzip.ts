/** Compression. A file is many compressed parts, one after the other, so that it may end after each. */
import * as NodeStream from "@effect/platform-node-shared/NodeStream"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import * as Zlib from "node:zlib"
import { Failure } from "../failure.ts"

/** Whether a file of this name is compressed. */
export const isCompressed = (path: string): boolean => /\.gz$/i.test(path)

/** A part of a file by itself: it need not be decompressed after what comes before it. */
export const compress = (bytes: Uint8Array): Effect.Effect<Uint8Array> =>
  Effect.callback((resume) =>
    Zlib.gzip(bytes, (error, compressed) => resume(error === null ? Effect.succeed(compressed) : Effect.die(error)))
  )

/** The content of a compressed file, of one part or many. */
export const decompress =
  (path: string) =>
  <E, R>(compressed: Stream.Stream<Uint8Array, E, R>): Stream.Stream<Uint8Array, E | Failure, R> =>
    NodeStream.pipeThroughDuplex(compressed, {
      evaluate: () => Zlib.createGunzip({ chunkSize: 1024 * 1024 }),
      onError: (cause) =>
        new Failure({
          message: `${path} cannot be decompressed: ${cause instanceof Error ? cause.message : String(cause)}. Is it complete?`,
          cause
        })
    })
