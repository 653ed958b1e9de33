/** Running commands from scripts. */
import { spawn } from "node:child_process"
import { root } from "./workspace.mjs"

/**
 * @typedef {object} RunOptions
 * @property {string=} cwd the repository's root unless given
 * @property {Record<string, string>=} env in addition to the environment
 * @property {boolean=} show passes the output through instead of collecting it
 */

/**
 * Runs a command of the repository (`node_modules/.bin` is on the PATH under npm) and gives what it printed.
 *
 * @param {string} command
 * @param {ReadonlyArray<string>} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ readonly ok: boolean, readonly output: string }>}
 */
export const run = (command, args, { cwd = root, env = {}, show = false } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
      // npm's commands are scripts on Windows.
      shell: process.platform === "win32"
    })
    let output = ""
    child.stdout?.on("data", (chunk) => (output += chunk))
    child.stderr?.on("data", (chunk) => (output += chunk))
    child.on("error", (error) => resolve({ ok: false, output: String(error) }))
    child.on("close", (code) => resolve({ ok: code === 0, output }))
  })

/**
 * Runs a command and ends the script with its output where it fails.
 *
 * @param {string} command
 * @param {ReadonlyArray<string>} args
 * @param {RunOptions} [options]
 */
export const runOrExit = async (command, args, options) => {
  const { ok, output } = await run(command, args, options)
  if (!ok) {
    console.error(`${command} ${args.join(" ")}\n${output}`)
    process.exit(1)
  }
  return output
}
