/** Answers that are none, connections, and the client itself. */
import { by, endpoint, options, type Section, socket } from "./row.ts"

const unreadable = { tag: "NetworkError", retried: true, ambiguous: true } as const
const unreached = { tag: "NetworkError", retried: true, ambiguous: false } as const
const rejected = { tag: "RequestRejected", retried: false, ambiguous: false } as const

export const ofNetwork: ReadonlyArray<Section> = [
  {
    title: "Answers that are none",
    rows: [
      {
        error: "`x-amz-crc32` does not match",
        by: by({ response: "crc" }),
        ...unreadable,
        why: "the answer was damaged on its way. An answer without a checksum is taken as it is"
      },
      {
        error: "HTTP 200 with an empty body, `null`, or HTML",
        by: by({ response: "empty" }, { response: "null" }, { response: "html" }),
        ...unreadable,
        why: "no answer of DynamoDB's; never taken for an item that is not there"
      },
      {
        error: "HTTP 200 with malformed or truncated JSON",
        by: by({ response: "malformed" }, { response: "truncated" }),
        ...unreadable,
        why: "the same"
      },
      {
        error: "a `Query` or `Scan` that gets no further: an empty page that ends where it began, four times in a row",
        by: [],
        tag: "ServiceUnavailable",
        retried: false,
        ambiguous: false,
        why: "it would be read for ever"
      }
    ]
  },
  {
    title: "The network",
    rows: [
      {
        error: "`ECONNREFUSED`",
        by: [endpoint("closed")],
        ...unreached,
        why: "nothing was sent; a service that is started anew is back soon"
      },
      {
        error: "`ENOTFOUND`, `EAI_AGAIN`, `EAI_FAIL`",
        by: socket(
          false,
          ...["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL"].map((code) => ({
            code,
            syscall: "getaddrinfo",
            hostname: "a.test"
          }))
        ),
        ...unreached,
        why: "the name does not resolve, at the moment or ever: the two look the same"
      },
      {
        error: "`EHOSTUNREACH`, `ENETUNREACH`, `EHOSTDOWN`, `ENETDOWN`, `EADDRNOTAVAIL`, `EMFILE`, `EACCES`",
        by: socket(
          false,
          ...["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "EADDRNOTAVAIL", "EMFILE", "EACCES"].map(
            (code) => ({ code, syscall: "connect" })
          )
        ),
        ...unreached,
        why: "no connection was made, and nothing sent"
      },
      {
        error: "`ETIMEDOUT` of `connect`, or no connection within the client's time for it",
        by: [...socket(false, { code: "ETIMEDOUT", syscall: "connect" }), endpoint("silent")],
        tag: "RequestTimeout",
        retried: true,
        ambiguous: false,
        why: "nothing was sent"
      },
      {
        error: "`ECONNRESET`, `socket hang up`, `EPIPE`, `ECONNABORTED`, before an answer",
        by: [
          ...by({ reset: "before" }),
          ...socket(true, { code: "ECONNRESET", syscall: "read" }, { code: "EPIPE", syscall: "write" }),
          ...socket(true, { code: "ECONNABORTED", syscall: "write" })
        ],
        ...unreadable,
        why: "the request may have arrived"
      },
      {
        error: "the connection breaks within an answer, or after the write was applied",
        by: by({ reset: "headers" }, { reset: "mid-body", bytes: 1 }, { after: true }),
        ...unreadable,
        why: "it has arrived"
      },
      {
        error: "`ETIMEDOUT` of a connection; no answer within the client's time for it",
        by: [
          ...socket(true, { code: "ETIMEDOUT", syscall: "read" }),
          { at: "proxy", action: { hang: 1000 }, impatient: true },
          { at: "proxy", action: { hang: 1000, after: true }, impatient: true }
        ],
        tag: "RequestTimeout",
        retried: true,
        ambiguous: true,
        why: "the request may have arrived"
      },
      {
        error: "a certificate that is not trusted, has expired, or is of another host; no TLS at all",
        by: [
          endpoint("untrusted"),
          endpoint("not-tls"),
          ...socket(false, { code: "CERT_HAS_EXPIRED" }, { code: "ERR_TLS_CERT_ALTNAME_INVALID" })
        ],
        ...unreached,
        retried: false,
        why: "nothing was sent, and it lasts"
      }
    ]
  },
  {
    title: "The client's own settings",
    rows: [
      {
        error: "no region (`MissingRegion`), or one that cannot be (`InvalidRegion`)",
        by: options({ region: "" }, { region: "eu west 1" }),
        ...rejected,
        why: "nothing was sent"
      },
      {
        error:
          "an endpoint that is no URL (`InvalidEndpoint`); settings that exclude each other (`InvalidConfiguration`)",
        by: options({ endpoint: "localhost:8000" }, { useFipsEndpoint: true }),
        ...rejected,
        why: "the same"
      }
    ]
  }
]
