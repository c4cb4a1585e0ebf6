/**
 * How a number is written for a carrier. `dialled`: as in the call (`13900000000`, `057128880000`, `85212345678`);
 * `e164`: `+8613900000000`; `national`: with the prefixes that a phone in the mainland dials (`0085212345678`).
 */
export type NumberForm = 'dialled' | 'e164' | 'national'

/** A number that begins with `from` begins with `to` instead. An empty `from` fits every number. */
export interface RewriteRule {
  readonly from: string
  readonly to: string
}

const mobile = /^1[3-9]\d{9}$/

/** 95588, 10086, 4001234567: dialled as they are, inside the mainland only. */
const service = /^(?:\d{3,6}|[48]00\d{7})$/

/**
 * The number as ITU-T E.164 writes it, `+` first. Service numbers have no such form and stay as they are.
 *
 * @param digits as in `Call.calledNumber`, or E.164 already
 */
export function e164Of(digits: string): string {
  if (digits.startsWith('+') || service.test(digits)) return digits
  if (mobile.test(digits)) return `+86${digits}`
  return digits.startsWith('0') ? `+86${digits.slice(1)}` : `+${digits}`
}

/** The number in a form, changed by the first rule that fits. */
export function writeNumber(digits: string, form: NumberForm, rules: readonly RewriteRule[]): string {
  const written = form === 'e164' ? e164Of(digits) : form === 'national' ? nationalOf(digits) : digits
  const rule = rules.find(({ from }) => written.startsWith(from))
  return rule === undefined ? written : rule.to + written.slice(rule.from.length)
}

function nationalOf(digits: string): string {
  return isMainland(digits) ? digits : `00${e164Of(digits).slice(1)}`
}

/** Whether a call to the number stays in the mainland. */
export function isMainland(digits: string): boolean {
  return mobile.test(digits) || service.test(digits) || digits.startsWith('0')
}

/**
 * Whether a destination of a trunk covers a number. What has no `+` covers mainland numbers only: `1` must not open the
 * way to North America.
 *
 * @param destination `13`, `0571`, `+852`, `*`
 */
export function covers(destination: string, digits: string): boolean {
  if (destination === '*') return true
  if (destination.startsWith('+')) return e164Of(digits).startsWith(destination)
  return isMainland(digits) && digits.startsWith(destination)
}

/** Whether a pattern for shown numbers fits: `95588`, `0571*`, `*`. */
export function fitsPattern(pattern: string, number: string): boolean {
  return pattern.endsWith('*') ? number.startsWith(pattern.slice(0, -1)) : pattern === number
}
