import type { Command } from 'commander'
import { group, manage } from '../management.ts'
import { readVoice, voiceCodeOf, writeNamed } from '../named-file.ts'
import { CommandError, tableOr } from '../output.ts'
import { readReview, reviewOption } from './template.ts'

/** `yuyin voice …`: uploaded voice files. */
export function voiceCommand(): Command {
  const add = manage('add <file>', 'upload a WAV or MP3 file; it is converted once', async (context, args, options) => {
    const [file = ''] = args
    const code = voiceCodeOf(file, options)
    const review = readReview(String(options['review']))
    const { wav, durationMs } = await readVoice(file)
    await context.admin.voices.save({ accountId: await context.accountId(), code, review, wav, durationMs })
    context.output.result(
      { code, durationMs: Math.round(durationMs), review },
      () => `Voice ${code}, ${(durationMs / 1000).toFixed(1)} s, is ${review}.`,
    )
  })
    .option('--code <code>', 'the VoiceCode; the file name when left out')
    .addOption(reviewOption())
  return group('voice', 'voice files that are played', [
    add,
    manage('list', 'the voice files of an account', async ({ admin, output, accountId }) => {
      output.result(await admin.voices.list(await accountId()), (voices) =>
        tableOr(
          "There is no voice file. 'yuyin voice add <file>' uploads one.",
          ['code', 'review', 'seconds'],
          voices.map((one) => [one.code, one.review, (one.durationMs / 1000).toFixed(1)]),
        ),
      )
    }),
    manage(
      'get <code> <file>',
      'write a voice file as WAV',
      async ({ admin, output, accountId }, [code = '', file = '']) => {
        const wav = await admin.voices.read(await accountId(), code)
        if (wav === undefined) throw new CommandError(`There is no voice ${code}. 'yuyin voice list' shows them.`)
        await writeNamed(file, wav)
        output.result({ code, file, bytes: wav.length }, () => `Voice ${code} is in ${file}.`)
      },
    ),
    manage(
      'review <code> <state>',
      'set the review state',
      async ({ admin, output, accountId }, [code = '', state = '']) => {
        await admin.voices.review(await accountId(), code, readReview(state))
        output.result({ code, review: state }, () => `Voice ${code} is ${state}.`)
      },
    ),
    manage('remove <code>', 'remove a voice file', async ({ admin, output, accountId }, [code = '']) => {
      await admin.voices.remove(await accountId(), code)
      output.result({ code, removed: true }, () => `Voice ${code} is gone.`)
    }),
  ])
}
