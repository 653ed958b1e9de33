/** Runs a test file on the tier of the codec that `EFFECT_DYNAMO_CODEC` names: closures, unless it is `generated`. */
if (process.env["EFFECT_DYNAMO_CODEC"] === "generated") {
  const { isEnabled } = await import("@effect-dynamo/core/GeneratedCodec")
  if (!isEnabled) throw new Error("Source cannot be generated here")
}

export {}
