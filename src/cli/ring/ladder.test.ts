import { describe, expect, it } from 'vitest'
import { displayWidth } from '../output.ts'
import { drawRung, ladderHead } from './ladder.ts'

describe('a ladder', () => {
  it('draws messages to the phone to the right, answers to the left, and notes beside the line', () => {
    expect(
      [
        ladderHead('Yuyin', 'phone 13900000000'),
        drawRung({ atMs: 12, kind: 'message', toPhone: true, summary: 'INVITE' }),
        drawRung({ atMs: 1024, kind: 'message', toPhone: false, summary: '180 Ringing' }),
        drawRung({ atMs: 61_500, kind: 'note', text: '♪ first audio arrives' }),
      ].join('\n'),
    ).toBe(
      [
        '            Yuyin                               phone 13900000000',
        '   0.012 s  │───────────── INVITE ─────────────▶│',
        '   1.024 s  │◀────────── 180 Ringing ───────────│',
        '  61.500 s  │ ♪ first audio arrives',
      ].join('\n'),
    )
  })

  it('has its right line in the same column whatever the message is called', () => {
    const widths = ['ACK', 'BYE', '200 OK', '480 Temporarily Unavailable', '100 Trying'].flatMap((summary) =>
      [true, false].map((toPhone) => displayWidth(drawRung({ atMs: 5, kind: 'message', toPhone, summary }))),
    )
    expect(new Set(widths).size).toBe(1)
  })
})
