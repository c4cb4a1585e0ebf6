/** Takes frames of 20 ms (160 samples), one after the other at the pace of the frame clock. */
export interface FrameListener {
  /** The samples are the giver's: to be copied when they are kept. */
  hear(samples: Int16Array): void
  /** Nothing more will come; `upcoming` of the tap still answers. */
  ended?(): void
}

/** One listener's place at a stream of frames. */
export interface FrameTap {
  /** How many frames they come late: they wait for stragglers in a jitter buffer. */
  readonly delayFrames: number
  /** Looks at a frame that is still to come, counted from 0. Valid until the next call. */
  upcoming(frame: number): Int16Array
  /** Hears nothing more. Safe to call twice. */
  leave(): void
}

/** Joins a listener to a stream of frames. */
export type TapFrames = (listener: FrameListener) => FrameTap
