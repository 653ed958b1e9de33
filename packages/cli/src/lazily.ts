import * as Effect from "effect/Effect"

/** A module of `run/`: what a command does. */
interface Handler<Input, E, R> {
  readonly run: (input: Input) => Effect.Effect<void, E, R>
}

/**
 * Loads what a command does when it is run, so that `--help`, completions and mistakes in the command line do not wait for
 * the client.
 */
export const lazily =
  <Input, E, R>(load: () => Promise<Handler<Input, E, R>>) =>
  (input: Input): Effect.Effect<void, E, R> =>
    Effect.flatMap(Effect.promise(load), ({ run }) => run(input))
