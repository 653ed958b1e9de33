import type { Server } from "./transport.ts"

/** The parts of a URL that say which server it is of. */
interface Place {
  readonly hostname: string
  readonly port?: number | string | undefined
  readonly protocol?: string | undefined
}

/** The server of a URL. */
export const serverAt = ({ hostname, port, protocol }: Place): Server => {
  // URLs leave out the usual port of their protocol.
  const found = port === undefined || port === "" ? (protocol === "http:" ? 80 : 443) : Number(port)
  return found === 443 ? { address: hostname } : { address: hostname, port: found }
}
