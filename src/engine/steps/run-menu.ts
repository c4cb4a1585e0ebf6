import type { MenuStep, Prompt } from '../../domain/script/script.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Leg, LegAudio, Speech } from '../ports.ts'
import { type Heard, KeyPad } from './key-pad.ts'
import type { PreparedStep, StepEnd } from './prepared-step.ts'

/** A menu whose prompts can be played. */
interface ReadyMenu {
  readonly prompt: LegAudio
  readonly rounds: number
  readonly waitMs: number
  /** What is played for each key; `undefined`: nothing. */
  readonly choices: ReadonlyMap<string, LegAudio | undefined>
  readonly goodbye: LegAudio | undefined
}

/** What the asking came to: a key of the menu, none, or the end of the line. */
type Asked = { readonly key: string } | 'keyTimeout' | 'stopped' | 'failed'

/** Renders every prompt of the menu while the call is prepared: nobody waits for one on the line. */
export async function prepareMenu(step: MenuStep, speech: Speech, clock: Clock): Promise<PreparedStep> {
  const ready = async (prompt: Prompt | undefined) => prompt && once((await speech.render(prompt, { speed: 0 })).files)
  const [prompt, goodbye, choices] = await Promise.all([
    speech.render(step.prompt, { speed: 0 }),
    ready(step.goodbye),
    Promise.all(step.choices.map(async (choice) => [choice.key, await ready(choice.prompt)] as const)),
  ])
  const { rounds, waitMs } = step
  const menu: ReadyMenu = { prompt: once(prompt.files), rounds, waitMs, choices: new Map(choices), goodbye }
  return { run: (leg, signal) => runMenu(menu, leg, clock, signal) }
}

async function runMenu(menu: ReadyMenu, leg: Leg, clock: Clock, signal: AbortSignal): Promise<StepEnd> {
  const keys = new KeyPad(leg, clock, signal)
  try {
    const asked = await askForKey(menu, keys)
    if (asked === 'stopped' || asked === 'failed') return asked
    if (asked !== 'keyTimeout') {
      const told = await playChoice(menu, keys, asked.key)
      if (told !== 'complete') return told
    }
    const left = menu.goodbye === undefined ? 'complete' : await leg.play(menu.goodbye, signal)
    if (left !== 'complete') return left
    return asked === 'keyTimeout' ? 'keyTimeout' : 'done'
  } finally {
    keys.close()
  }
}

/** Rounds of prompt and wait, until a key of the menu is pressed. */
async function askForKey({ prompt, rounds, waitMs, choices }: ReadyMenu, keys: KeyPad): Promise<Asked> {
  const isOfMenu = (key: string) => choices.size === 0 || choices.has(key)
  for (let round = 1; round <= rounds; round++) {
    let heard: Heard = await keys.play(prompt, () => true)
    if (heard === 'complete') heard = await keys.wait(waitMs)
    // A wrong key in the last round: there is nothing to be played again, so that only the wait begins anew.
    while (round === rounds && typeof heard === 'object' && !isOfMenu(heard.key)) heard = await keys.wait(waitMs)
    if (heard === 'stopped' || heard === 'failed') return heard
    if (heard !== 'complete' && isOfMenu(heard.key)) return heard
  }
  return 'keyTimeout'
}

/** What belongs to the key; whoever presses another key of the menu meanwhile has changed his mind. */
async function playChoice(
  { choices }: ReadyMenu,
  keys: KeyPad,
  key: string,
): Promise<'complete' | 'stopped' | 'failed'> {
  for (let chosen = key; ; ) {
    const audio = choices.get(chosen)
    if (audio === undefined) return 'complete'
    const heard = await keys.play(audio, (pressed) => choices.has(pressed))
    if (typeof heard !== 'object') return heard
    chosen = heard.key
  }
}

function once(files: readonly string[]): LegAudio {
  return { files, times: 1, gapMs: 0, volume: 100 }
}
