import { isObject } from '../process/helper-messages.ts'
import { serveHelper } from '../process/serve-helper.ts'
import { type AudioJob, doAudioJob } from './audio-jobs.ts'

/** The process in which audio jobs are done; started by `audio-helper.ts`. */
serveHelper(undefined, (body) => {
  if (!isAudioJob(body)) throw new TypeError('not an audio job')
  return doAudioJob(body)
})

function isAudioJob(job: unknown): job is AudioJob {
  if (!isObject(job)) return false
  const { do: kind, samples, rateHz, gapMs, file, speed, files, bytes } = job
  switch (kind) {
    case 'finish':
      return samples instanceof Int16Array && typeof rateHz === 'number' && typeof gapMs === 'number'
    case 'stretch':
      return typeof file === 'string' && typeof speed === 'number'
    case 'join':
      return Array.isArray(files) && files.every((one) => typeof one === 'string')
    case 'convert':
      return bytes instanceof Uint8Array
    default:
      return false
  }
}
