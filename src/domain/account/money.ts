/**
 * Money is counted in whole ten-thousandths of the currency unit, the finest step that prices of voice calls have
 * (0.1150 a minute is 1150); names end in `E4`. Sums stay exact: 2^53 of them are 900 billion units.
 */

const perUnit = 10_000
const mostUnits = 100_000_000_000

/** Reads `12`, `12.5` or `0.1150`. @returns ten-thousandths; `undefined` when it is no such amount, or beyond 10^11 */
export function readAmountE4(text: string): number | undefined {
  const [, whole = '', fraction = ''] = /^(\d{1,12})(?:\.(\d{1,4}))?$/.exec(text) ?? []
  if (whole === '' || Number(whole) > mostUnits) return undefined
  return Number(whole) * perUnit + Number(fraction.padEnd(4, '0'))
}

/** Writes an amount with two to four decimals: `12.50`, `-0.115`. */
export function writeAmountE4(amountE4: number): string {
  const [whole, fraction] = [Math.trunc(Math.abs(amountE4) / perUnit), Math.abs(amountE4) % perUnit]
  const decimals = String(fraction)
    .padStart(4, '0')
    .replace(/0{1,2}$/, '')
  return `${amountE4 < 0 ? '-' : ''}${whole}.${decimals}`
}
