/** What a check found. `bad` makes `yuyin doctor` answer no; `note` is worth knowing. */
export interface Finding {
  readonly state: 'good' | 'note' | 'bad'
  /** What was found, in one line. */
  readonly found: string
  /** What to do about it. */
  readonly remedy?: string
}

/** One thing that `yuyin doctor` looks at. */
export interface Check {
  readonly name: string
  /** Never rejects for what it is meant to find. */
  run(): Promise<Finding>
}

export const good = (found: string): Finding => ({ state: 'good', found })
export const note = (found: string, remedy: string): Finding => ({ state: 'note', found, remedy })
export const bad = (found: string, remedy: string): Finding => ({ state: 'bad', found, remedy })
