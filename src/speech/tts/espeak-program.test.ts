import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { espeakProgram } from './espeak-program.ts'
import { ProgramFailed } from './run-program.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuyin-espeak-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** A shell script in the place of espeak-ng; its options are `$*`. */
async function programThat(does: string): Promise<string> {
  const program = join(folder, 'espeak-ng')
  await writeFile(program, `#!/bin/sh\n${does}\n`)
  await chmod(program, 0o700)
  return program
}

const espeak = async (does: string) => espeakProgram({ clock: new FakeClock(), program: await programThat(does) })

describe('the espeak-ng program', () => {
  it('that is not installed is no failure', async () => {
    expect(await espeakProgram({ clock: new FakeClock(), program: join(folder, 'none') })).toBeUndefined()
  })

  it('that is installed and does not work is one', async () => {
    const broken = espeak('echo libespeak-ng.so.1 is missing >&2; exit 127')
    await expect(broken).rejects.toThrow('ended with exit code 127: libespeak-ng.so.1 is missing')
    await expect(broken).rejects.toMatchObject({ failure: 'refused' })
  })

  it('speaks with the voice that it has', async () => {
    const synthesizer = await espeak(`case "$*" in
      --version) echo 'eSpeak NG text-to-speech: 1.51' ;;
      *'-v cmn --stdin') echo 'no such voice' >&2; exit 1 ;;
      *) cat >/dev/null; echo "n'i35n" ;;
    esac`)
    expect(synthesizer?.identity).toBe('espeak-ng program 1.51 cmn-latn-pinyin en-us')
  })

  it('that dies over a voice is not asked for another', async () => {
    const dying = espeak(`case "$*" in --version) echo 'eSpeak NG: 1.51' ;; *) kill -9 $$ ;; esac`)
    await expect(dying).rejects.toThrow(ProgramFailed)
    await expect(dying).rejects.toThrow('ended with SIGKILL')
  })
})
