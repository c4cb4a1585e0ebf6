import { pathSegments, type SegmentName } from '../admin/path-segments.ts'
import { FieldRefused } from '../admin/schema/schema.ts'
import { CommandError } from './output.ts'

/**
 * A word of the command line that names something, as a path of `/admin` would name it.
 *
 * @param what what the word is called: `The name`
 * @throws {CommandError} saying what it must be
 */
export function readPart(segment: SegmentName, word: string, what: string): string {
  try {
    return pathSegments[segment].read(word, what)
  } catch (error) {
    if (error instanceof FieldRefused) throw new CommandError(error.message)
    throw error
  }
}
