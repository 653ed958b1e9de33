/** Numbers as people read them. */

const grouped = new Intl.NumberFormat("en-US")

/** A number of things, its thousands apart: `12,345`. */
export const count = (value: number): string => grouped.format(value)

/** So many of something: `1 item`, `12,345 items`. */
export const many = (value: number, thing: string): string => `${count(value)} ${thing}${value === 1 ? "" : "s"}`

const units = ["B", "KB", "MB", "GB", "TB"] as const

/** A number of bytes, in units of 1024, to three digits: `1.21 MB`. */
export const bytes = (value: number): string => {
  let unit = 0
  let amount = value
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1024
    unit++
  }
  return `${unit === 0 ? amount : Number(amount.toPrecision(3))} ${units[unit]}`
}

/** A time span, to the second: `1 h 02 min`, `3 min 20 s`, `12 s`. */
export const duration = (millis: number): string => {
  const seconds = Math.round(millis / 1000)
  const two = (value: number) => String(value).padStart(2, "0")
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`
}
