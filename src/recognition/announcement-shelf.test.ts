import { beforeEach, describe, expect, it } from 'vitest'
import { babble } from '../../fakes/babble.ts'
import { memoryAnnouncements } from '../../fakes/memory-announcements.ts'
import type { EarlyMediaFinding } from '../engine/ports.ts'
import { silentLog } from '../lib/log.ts'
import { writeWav } from '../media/codec/wav-writer.ts'
import type { AnnouncementClass } from './announcement.ts'
import { AnnouncementLibrary } from './announcement-library.ts'
import { openAnnouncementShelf } from './announcement-shelf.ts'
import { createNetworkEar } from './network-ear.ts'

const [one, other] = [babble({ seed: 1 }, 14), babble({ seed: 2 }, 14)]
let book = memoryAnnouncements()
let shelf = openAnnouncementShelf(book)

function recording(code: string, of: AnnouncementClass, sound: Int16Array) {
  return { code, class: of, label: '', durationMs: sound.length / 8, wav: writeWav(sound) }
}

beforeEach(() => {
  book = memoryAnnouncements()
  shelf = openAnnouncementShelf(book)
})

describe('the library that operators fill', () => {
  it('tells what a recording would be recognised as, when, and what it resembles', async () => {
    await shelf.add(recording('one', 'powered-off', one))
    await shelf.add(recording('other', 'suspended', other))
    const { finding, afterMs, resembles } = await shelf.hear(writeWav(one))
    expect(finding).toMatchObject({ kind: 'announcement', outcome: 'poweredOff', what: 'powered-off (one)' })
    expect(afterMs).toBeLessThan(one.length / 8)
    expect(resembles).toMatchObject([{ announcement: { code: 'one' } }])
    expect(resembles[0]?.agreement).toBeGreaterThan(0.9)
    expect(await shelf.hear(writeWav(babble({ seed: 3 }, 14)))).toEqual({
      finding: { kind: 'unrecognised' },
      resembles: [],
    })
    expect(await shelf.hear(writeWav(new Int16Array(8000)))).toEqual({ finding: undefined, resembles: [] })
  })

  it('lets others have their turn while it listens to a long one', async () => {
    await shelf.add(recording('one', 'powered-off', one))
    let turns = 0
    const ticking = setImmediate(function tick() {
      turns++
      if (turns < 1000) setImmediate(tick)
    })
    await shelf.hear(writeWav(babble({ seed: 3 }, 60)))
    clearImmediate(ticking)
    expect(turns).toBeGreaterThan(100)
  })

  it('a part of a recording is shown as a resemblance and is no verdict', async () => {
    await shelf.add(recording('one', 'powered-off', one))
    const { finding, resembles } = await shelf.hear(writeWav(one.subarray(0, 13_000)))
    expect(finding).toEqual({ kind: 'unrecognised' })
    expect(resembles).toMatchObject([{ announcement: { code: 'one' } }])
    expect(resembles[0]?.seconds).toBeLessThan(resembles[0]?.neededSeconds ?? 0)
  })

  it('refuses what cannot be recognised by', async () => {
    const short = recording('short', 'busy', babble({ seed: 1 }, 3))
    await expect(shelf.add(short)).rejects.toThrow(/s of it sound; 1.8 s are needed/)
    await expect(shelf.add(recording('silent', 'busy', new Int16Array(80_000)))).rejects.toThrow(/only 0.0 s/)
    await expect(shelf.add(recording('long', 'busy', new Int16Array(961_000)))).rejects.toThrow(/longer than 120/)
    await expect(shelf.change('absent', { class: 'busy', label: '' })).rejects.toThrow(/no announcement absent/)
  })
})

describe('a node follows the library', () => {
  const listen = (library: AnnouncementLibrary, pcm: Int16Array) => {
    let found: EarlyMediaFinding | undefined
    const hearing = createNetworkEar({ library, log: silentLog }).begin('1^1', (finding) => {
      found = finding
    })
    hearing.hear(pcm)
    hearing.end()
    return found
  }

  it('what is added, changed and removed holds for the calls that begin after it', async () => {
    const library = new AnnouncementLibrary(book, silentLog)
    await library.refresh()
    expect(listen(library, one)).toBeUndefined()
    await shelf.add(recording('one', 'powered-off', one))
    await library.refresh()
    expect(listen(library, one)).toMatchObject({ outcome: 'poweredOff' })
    const sound = await shelf.sound('one')
    await shelf.change('one', { class: 'unreachable', label: 'carrier A' })
    expect(await shelf.sound('one')).toBe(sound)
    await library.refresh()
    expect(listen(library, one)).toMatchObject({ outcome: 'unreachable', what: 'unreachable (carrier A)' })
    await shelf.add(recording('one', 'busy', other))
    await library.refresh()
    expect(listen(library, other)).toMatchObject({ outcome: 'busy' })
    await shelf.remove('one')
    await library.refresh()
    expect(listen(library, other)).toBeUndefined()
  })

  it('reads what has changed and no more, once for many who ask', async () => {
    await shelf.add(recording('one', 'powered-off', one))
    let lists = 0
    let prints = 0
    const counted = {
      ...book,
      list() {
        lists++
        return book.list()
      },
      fingerprint(code: string) {
        prints++
        return book.fingerprint(code)
      },
    }
    const library = new AnnouncementLibrary(counted, silentLog)
    await Promise.all(Array.from({ length: 20 }, () => library.refresh()))
    expect([lists <= 2, prints]).toEqual([true, 1])
    await shelf.add(recording('other', 'suspended', other))
    await library.refresh()
    expect(prints).toBe(2)
  })

  it('makes the fingerprint anew where another version of the program made it', async () => {
    const stale = { ...recording('one', 'suspended', one), fingerprint: Buffer.from([255, 0, 0, 0]) }
    await book.save(stale)
    const library = new AnnouncementLibrary(book, silentLog)
    await library.refresh()
    expect(listen(library, one)).toMatchObject({ outcome: 'suspended' })
  })

  it('keeps what it has while the store is away', async () => {
    await shelf.add(recording('one', 'powered-off', one))
    let isAway = false
    const list = () => (isAway ? Promise.reject(new Error('away')) : book.list())
    const library = new AnnouncementLibrary({ ...book, list }, silentLog)
    await library.refresh()
    isAway = true
    await expect(library.refresh()).rejects.toThrow('away')
    expect(listen(library, one)).toMatchObject({ outcome: 'poweredOff' })
    isAway = false
    await library.refresh()
  })
})
