/** The keys of a telephone, and the four that only some have. */
export const keys = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'] as const

export type Key = (typeof keys)[number]
