/** SigV4 by hand, for one host and fixed credentials: the key of the day is made once, the time once a second. */
import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto"
import { credentials, region } from "./adapter.ts"

const hmac = (key: KeyObject | string, text: string) => createHmac("sha256", key).update(text)

export const signer = (host: string) => {
  let second = 0
  let time = ""
  let day = ""
  let key: KeyObject | undefined
  return (operation: string, body: string): Record<string, string> => {
    const now = Math.floor(Date.now() / 1000)
    if (now !== second) {
      second = now
      time = new Date(now * 1000).toISOString().replace(/[-:]|\.\d+/g, "")
      if (day !== time.slice(0, 8)) {
        day = time.slice(0, 8)
        const secret = (parent: KeyObject | string, text: string) => createSecretKey(hmac(parent, text).digest())
        const ofDay = secret(`AWS4${credentials.secretAccessKey}`, day)
        key = secret(secret(secret(ofDay, region), "dynamodb"), "aws4_request")
      }
    }
    const target = `DynamoDB_20120810.${operation}`
    const signed = "content-type;host;x-amz-date;x-amz-target"
    const canonical = `POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:${host}\nx-amz-date:${time}\nx-amz-target:${target}\n\n${signed}\n${hash("sha256", body, "hex")}`
    const scope = `${day}/${region}/dynamodb/aws4_request`
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash("sha256", canonical, "hex")}`
    return {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-date": time,
      "x-amz-target": target,
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${hmac(key!, text).digest("hex")}`
    }
  }
}
