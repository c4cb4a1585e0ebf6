import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Writes a generated page of the repository, or with `--check` on the command line only compares it: a page that is not
 * what it would be now is reported and the process ends with code 1.
 *
 * @param page path relative to the repository: `docs/call-flow.md`
 * @param tool the tool that makes it: `tools/call-flow-page.ts`
 * @param body Markdown without the first line, which says where the page comes from
 */
export function generatedPage(page: string, tool: string, body: string): void {
  generatedText(page, tool, `<!-- Generated. To renew: npx tsx ${tool} -->\n\n${body.trim()}\n`)
}

/** The same for a file that is no Markdown. @param text all of it */
export function generatedText(page: string, tool: string, text: string): void {
  const file = fileURLToPath(new URL(`../../${page}`, import.meta.url))
  const present = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (present === text) {
    console.log(`${page} is fresh`)
  } else if (process.argv.includes('--check')) {
    console.error(`${page} is stale. Run: npx tsx ${tool}`)
    process.exitCode = 1
  } else {
    writeFileSync(file, text)
    console.log(`${page} written`)
  }
}
