import { spawn } from "@lydell/node-pty"
let raw = ""
const p = spawn(process.execPath, ["--conditions=@effect-dynamo/source","--no-warnings","/work/w7/packages/cli/src/bin.ts","export","users","--output","/tmp/zzd/pty.ndjson","--page-size","100","--read-rate","40"], { cols: 110, rows: 20, env: process.env })
p.onData((d) => raw += d); p.onExit(() => { const frames = raw.split("\r"); console.log(frames[Math.floor(frames.length/2)].replace("\u001b[K","")); console.log(frames.at(-1), frames.at(-2)) })
