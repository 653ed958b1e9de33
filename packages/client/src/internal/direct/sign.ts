import * as Crypto from "node:crypto"

// AWS's signature, version 4, of the one kind of request there is: a POST of JSON to DynamoDB.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

/** Who signs. */
export interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** The account's id, by which its own endpoint can be chosen. */
  readonly accountId?: string | undefined
  /** When these credentials are of no use any more, in milliseconds since 1970. */
  readonly expiresAt?: number | undefined
}

/** Where a signed request goes. */
export interface Target {
  readonly url: URL
  readonly region: string
}

/** A request to be signed. */
export interface Unsigned {
  readonly identity: Identity
  readonly target: Target
  readonly operation: string
  /** Milliseconds since 1970, by the service's clock. */
  readonly now: number
  readonly body: string
}

/** The headers by which DynamoDB knows a request. */
export interface SignedHeaders {
  readonly [name: string]: string
}

const contentType = "application/x-amz-json-1.0"

/** Makes a signer, which keeps what stays the same from one request to the next. */
export const makeSigner = (): ((request: Unsigned) => SignedHeaders) => {
  let second = Number.NaN
  let date = ""
  let day = ""
  let scope: Scope | undefined
  return ({ body, identity, now, operation, target }) => {
    const thisSecond = Math.floor(now / 1000)
    if (thisSecond !== second) {
      second = thisSecond
      date = amzDate(now)
      day = date.slice(0, 8)
    }
    if (scope === undefined || scope.identity !== identity || scope.target !== target || scope.day !== day) {
      scope = makeScope(identity, target, day)
    }
    const name = `DynamoDB_20120810.${operation}`
    const canonical = `${scope.beforeDate}${date}${scope.afterDate}${name}${scope.beforeHash}${sha256(body)}`
    const signature = Crypto.createHmac("sha256", scope.key)
      .update(`AWS4-HMAC-SHA256\n${date}\n${scope.name}\n${sha256(canonical)}`)
      .digest("hex")
    const headers = {
      host: scope.host,
      "content-type": contentType,
      "x-amz-date": date,
      "x-amz-target": name,
      authorization: scope.authorization + signature
    }
    return identity.sessionToken === undefined ? headers : { ...headers, "x-amz-security-token": identity.sessionToken }
  }
}

/** What signatures have in common for a day. */
interface Scope {
  readonly identity: Identity
  readonly target: Target
  readonly day: string
  readonly name: string
  /** Kept, as a URL puts it together each time it is asked. */
  readonly host: string
  /** As a `KeyObject`: made of bytes, an HMAC costs seven times as much on Node 24. */
  readonly key: Crypto.KeyObject
  readonly authorization: string
  // The canonical request, in the pieces between what differs: the date, the operation and the body's hash
  readonly beforeDate: string
  readonly afterDate: string
  readonly beforeHash: string
}

const makeScope = (identity: Identity, target: Target, day: string): Scope => {
  const { region, url } = target
  const { host } = url
  const { accessKeyId, secretAccessKey, sessionToken } = identity
  const name = `${day}/${region}/dynamodb/aws4_request`
  const token = sessionToken === undefined ? "" : `x-amz-security-token:${sessionToken}\n`
  const signed = `content-type;host;x-amz-date;${token === "" ? "" : "x-amz-security-token;"}x-amz-target`
  return {
    identity,
    target,
    day,
    name,
    host,
    key: signingKey(secretAccessKey, day, region),
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${name}, SignedHeaders=${signed}, Signature=`,
    beforeDate: `POST\n${canonicalPath(url.pathname)}\n\ncontent-type:${contentType}\nhost:${host}\nx-amz-date:`,
    afterDate: `\n${token}x-amz-target:`,
    beforeHash: `\n\n${signed}\n`
  }
}

const signingKey = (secret: string, day: string, region: string): Crypto.KeyObject => {
  const ofDay = hmac(`AWS4${secret}`, day)
  return Crypto.createSecretKey(hmac(hmac(hmac(ofDay, region), "dynamodb"), "aws4_request"))
}

const hmac = (key: string | Buffer, text: string): Buffer => Crypto.createHmac("sha256", key).update(text).digest()

const sha256 = (text: string): string => Crypto.hash("sha256", text, "hex")

/** 20261122T101500Z */
const amzDate = (millis: number): string => new Date(millis).toISOString().replace(/[-:]|\.\d+/g, "")

/** The path without empty segments, encoded once more than it is in the URL. */
const canonicalPath = (path: string): string => {
  const segments = path.split("/").filter((segment) => segment !== "")
  const end = segments.length > 0 && path.endsWith("/") ? "/" : ""
  return `/${segments.map(encode).join("/")}${end}`
}

const encode = (segment: string): string =>
  encodeURIComponent(segment).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
