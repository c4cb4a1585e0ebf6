/**
 * Whose end of the line was hung up first. `caller`: the first leg of a double call; `callee`: the phone that was called,
 * of a double call the second one; `network`: nobody's, the line was lost.
 */
export type HangUpBy = 'caller' | 'callee' | 'here' | 'network'
