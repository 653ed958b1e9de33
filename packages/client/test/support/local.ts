/** Options for a client of something on this machine. */
export const local = (endpoint: string) => ({
  region: "eu-west-1",
  endpoint,
  credentials: { accessKeyId: "local", secretAccessKey: "local" }
})
