const yearDigits = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'] as const

/**
 * Writes out what a synthesiser would read as plain numbers though Mandarin says it another way: years digit by digit
 * (`2024年` → 二零二四年), percentages (`99%` → 百分之99), clock times (`9:30` → 9点30分), amounts (`¥12.5` → 12.5元)
 * and values below zero (`-5` → 负5). Commas and colons between words become full-width: espeak-ng pauses at the
 * narrow ones only before a blank, which Chinese text does not write. Everything else stays as it is.
 *
 * @param text in compatibility form (NFKC)
 */
export function mandarinReading(text: string): string {
  return text
    .replace(/(?<![\d.])(\d{4})(?=年)/g, (year) =>
      [...year].map((digit) => yearDigits[Number(digit)] ?? digit).join(''),
    )
    .replace(/(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])/g, (_all, hour: string, minute: string) =>
      clockTime(Number(hour), Number(minute)),
    )
    .replace(/¥\s?(-?\d[\d,]*(?:\.\d+)?)/g, '$1元')
    .replace(/(?<!\d)(-?\d+(?:\.\d+)?)\s?%/g, '百分之$1')
    .replace(/(?<![\d\p{Script=Latin}])-(?=\d)/gu, '负')
    .replace(/(?<!\d),|,(?!\d)/g, '，')
    .replace(/(?<!\d):|:(?!\d)/g, '：')
}

function clockTime(hour: number, minute: number): string {
  const spokenHour = hour === 2 ? '两' : String(hour)
  if (minute === 0) return `${spokenHour}点整`
  return minute < 10 ? `${spokenHour}点零${minute}分` : `${spokenHour}点${minute}分`
}
