import { countryCodes } from './phone-number-country-codes.ts'

/** What kind of line a number belongs to, as far as its digits tell. */
export type PhoneNumberKind = 'mobile' | 'landline' | 'international'

/** A number that can be dialled. */
export interface PhoneNumber {
  readonly kind: PhoneNumberKind
  /**
   * As it is dialled: 11 digits of a mainland mobile, area code with its 0 and the local number, or country code and
   * number without a prefix. Where those could be taken for a mainland number (`+13055550123`), the `+` stays. Read again
   * it is the same number.
   */
  readonly digits: string
}

/** Mainland mobile numbers: 11 digits, 13 to 19 first. */
const mobile = /^1[3-9]\d{9}$/

/** Area codes are 010, 02x (8 local digits) and four digits from 03 to 09 (7 or 8); local numbers begin with 2 to 8. */
const landline = /^0(?:10|2\d)[2-8]\d{7}$|^0[3-9]\d{2}[2-8]\d{6,7}$/

/** 400 and 800 service numbers: they cannot be called from outside the mainland's network and are no callee. */
const serviceNumber = /^[48]00\d{7}$/

/**
 * Reads a called number in the forms of the reference: mainland mobile, landline with area code, country code and
 * number. Accepts spaces and hyphens between digits and the prefixes `+` and `00`; `+86`, `0086` and a bare `86` before
 * a mobile number are dropped.
 *
 * Without a prefix an 11-digit number beginning with 1 is read as mainland mobile or refused, never as North American:
 * a mistyped mobile number must not ring abroad.
 *
 * @returns `undefined` when no phone can have this number
 */
export function readPhoneNumber(text: string): PhoneNumber | undefined {
  const compact = text.replace(/[\s-]/g, '')
  const [, prefix, digits] = /^(\+|00)?(\d{5,20})$/.exec(compact) ?? []
  if (digits === undefined) return undefined
  if (prefix !== undefined) return digits.startsWith('86') ? mainland(digits.slice(2)) : international(digits)
  if (digits.startsWith('86') && mobile.test(digits.slice(2))) return mainland(digits.slice(2))
  if (mobile.test(digits) || digits.startsWith('0')) return mainland(digits)
  return looksMainland(digits) ? undefined : international(digits)
}

/** Whether digits without a prefix would be dialled inside the mainland, or are a mistyped number of it. */
function looksMainland(digits: string): boolean {
  return digits.startsWith('1') || serviceNumber.test(digits)
}

/**
 * A number to be shown, as it is stored with the account: compact digits when it can be read as a phone number, else
 * the text without spaces and hyphens (service numbers such as 95xxx and 400 numbers may be shown).
 */
export function readShowNumber(text: string): string {
  return readPhoneNumber(text)?.digits ?? text.replace(/[\s-]/g, '')
}

/** A number after the mainland's country code; the area code's 0 is left out by those who write +86. */
function mainland(digits: string): PhoneNumber | undefined {
  if (mobile.test(digits)) return { kind: 'mobile', digits }
  const withTrunkPrefix = digits.startsWith('0') ? digits : `0${digits}`
  return landline.test(withTrunkPrefix) ? { kind: 'landline', digits: withTrunkPrefix } : undefined
}

/** ITU-T E.164: at most 15 digits; the shortest national numbers in use bring it to 7. */
function international(digits: string): PhoneNumber | undefined {
  if (digits.length < 7 || digits.length > 15) return undefined
  const known = [1, 2, 3].some((length) => countryCodes.has(digits.slice(0, length)))
  return known ? { kind: 'international', digits: looksMainland(digits) ? `+${digits}` : digits } : undefined
}
