/** The main process's side of a worker. */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { AdapterId } from "../adapters/registry.ts"
import type { Hello, Request, Response } from "../worker.ts"

const flags = ["--conditions=@effect-dynamo/source", "--expose-gc", "--no-warnings"]

/** Starts a program of the benchmark and waits for the first thing it says. */
export const start = async <A>(file: string, args: ReadonlyArray<string>): Promise<readonly [ChildProcess, A]> => {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [...args], { execArgv: flags })
  const first = await new Promise<A>((resolve, reject) => {
    child.once("message", (message) => resolve(message as A))
    child.once("exit", (code) => reject(new Error(`${file} ${args.join(" ")} ended with ${code}`)))
  })
  return [child, first]
}

// Some libraries catch SIGTERM, and then do not end.
export const stop = (child: ChildProcess): void => void child.kill("SIGKILL")

export class Worker {
  readonly id: AdapterId
  readonly hello: Hello
  private readonly child: ChildProcess
  private last = 0

  private constructor(id: AdapterId, child: ChildProcess, hello: Hello) {
    this.id = id
    this.child = child
    this.hello = hello
  }

  static async start(id: AdapterId): Promise<Worker> {
    const [child, hello] = await start<Hello>("../worker.ts", [id])
    return new Worker(id, child, hello)
  }

  request(request: Omit<Request, "id">): Promise<number> {
    const id = ++this.last
    return new Promise((resolve, reject) => {
      if (!this.child.connected) return reject(new Error(`${this.id} has ended`))
      const settled = (done: () => void) => {
        this.child.off("message", onMessage)
        this.child.off("exit", onExit)
        done()
      }
      const onMessage = (response: unknown) => {
        const { error, id: of, value } = response as Response
        if (of !== id) return
        settled(() =>
          error === undefined
            ? resolve(value ?? 0)
            : reject(new Error(`${this.id}, ${request.suite}, ${request.scenario}: ${error}`))
        )
      }
      const onExit = (code: number | null) =>
        settled(() => reject(new Error(`${this.id} ended with ${code} in ${request.suite}, ${request.scenario}`)))
      this.child.on("message", onMessage)
      this.child.on("exit", onExit)
      this.child.send({ id, ...request })
    })
  }

  stop(): void {
    stop(this.child)
  }
}
