import type { Command } from 'commander'
import { earlyMediaCode } from '../../domain/call/early-media.ts'
import type { EarlyMediaFinding } from '../../engine/ports.ts'
import { announcementClasses, announcementClassNames, isAnnouncementClass } from '../../recognition/announcement.ts'
import { openAnnouncementShelf } from '../../recognition/announcement-shelf.ts'
import type { TriedRecording } from '../../recognition/ports.ts'
import { AnnouncementRefused } from '../../recognition/recording.ts'
import { group, type Management, manage } from '../management.ts'
import { announcementCodeOf, readVoice, writeNamed } from '../named-file.ts'
import { CommandError, exitCodes, table, tableOr } from '../output.ts'
import { readPart } from '../read-part.ts'

/** `yuyin announcement …`: what the network plays before the answer, and what it means. */
export function announcementCommand(): Command {
  const add = service('add <class> <file>', 'add a WAV or MP3 of an announcement', async (context, args, options) => {
    const [of = '', file = ''] = args
    if (!isAnnouncementClass(of)) {
      throw new CommandError(`There is no class ${of}. There are ${announcementClassNames.join(', ')}.`)
    }
    const code = readPart('code', announcementCodeOf(file, options), 'The code (--code)')
    const label = typeof options['label'] === 'string' ? options['label'] : ''
    const { wav, durationMs } = await readVoice(file)
    const announcement = { code, class: of, label, durationMs: Math.round(durationMs) }
    await orExplained(file, shelfOf(context).add({ ...announcement, wav }))
    context.output.result(
      announcement,
      () => `Announcement ${code}, ${seconds(durationMs)} s: ${announcementClasses[of].meaning}.`,
    )
  })
    .option('--code <code>', 'what it is called; the file name without its ending when left out')
    .option('--label <text>', 'for people: the carrier, the wording')
    .addHelpText('after', `\nClasses:\n${classLines().join('\n')}\n`)
  return group('announcement', 'announcements of the network that are recognised before the answer', [
    add,
    service('list', 'the announcements of the library', async (context) => {
      context.output.result(await shelfOf(context).list(), (announcements) =>
        tableOr(
          "There is no announcement. 'yuyin announcement add <class> <file>' adds one.",
          ['code', 'class', 'seconds', 'label'],
          announcements.map((one) => [one.code, one.class, seconds(one.durationMs), one.label]),
        ),
      )
    }),
    service('get <code> <file>', 'write an announcement as WAV', async (context, [code = '', file = '']) => {
      const wav = await shelfOf(context).sound(code)
      if (wav === undefined) {
        throw new CommandError(`There is no announcement ${code}. 'yuyin announcement list' shows them.`)
      }
      await writeNamed(file, wav)
      context.output.result({ code, file, bytes: wav.length }, () => `Announcement ${code} is in ${file}.`)
    }),
    service('remove <code>', 'remove an announcement', async (context, [code = '']) => {
      await shelfOf(context).remove(code)
      context.output.result({ code, removed: true }, () => `Announcement ${code} is gone.`)
    }),
    service('test <file>', 'tell what a recording would be recognised as', async (context, [file = '']) => {
      const tried = await shelfOf(context).hear((await readVoice(file)).wav)
      context.output.result({ ...tried, ...codeOf(tried) }, () => [verdict(tried), ...resemblances(tried)].join('\n'))
      if (tried.finding === undefined || tried.finding.kind === 'unrecognised') process.exitCode = exitCodes.no
    }),
  ])
}

function service(signature: string, description: string, run: Parameters<typeof manage>[2]): Command {
  return manage(signature, description, run, 'service')
}

function shelfOf({ store }: Management) {
  return openAnnouncementShelf(store.announcements)
}

async function orExplained(file: string, change: Promise<void>): Promise<void> {
  try {
    await change
  } catch (error) {
    if (error instanceof AnnouncementRefused) throw new CommandError(`${file}: ${error.message}.`)
    throw error
  }
}

function classLines(): string[] {
  return announcementClassNames.map((name) => `  ${name.padEnd(16)} ${announcementClasses[name].meaning}`)
}

function verdict({ finding, afterMs = 0 }: TriedRecording): string {
  if (finding === undefined) return 'Nothing but silence and ringback.'
  if (finding.kind === 'unrecognised') return `Not recognised: a call would report ${earlyMediaCode(finding)}.`
  return `${kindWord(finding)} ${finding.what}, certain after ${seconds(afterMs)} s (${Math.round(finding.confidence * 100)} %): ${finding.outcome} (${earlyMediaCode(finding)}).`
}

/** What a call that hears this reports as `early_media_code`. */
function codeOf({ finding }: TriedRecording): { earlyMediaCode?: string } {
  return finding === undefined ? {} : { earlyMediaCode: earlyMediaCode(finding) }
}

function kindWord({ kind }: EarlyMediaFinding): string {
  return kind === 'tone' ? 'Tone:' : 'Announcement:'
}

function resemblances({ resembles }: TriedRecording): string[] {
  if (resembles.length === 0) return []
  const rows = resembles.map(({ announcement, seconds: heard, neededSeconds, agreement }) => [
    announcement.code,
    announcement.class,
    heard.toFixed(1),
    neededSeconds.toFixed(1),
    `${Math.round(agreement * 100)} %`,
  ])
  return ['', table(['resembles', 'class', 'seconds', 'needed', 'agreement'], rows)]
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}
