import {
  all,
  atLevel,
  companded,
  type Degradation,
  joinedAfter,
  slower,
  withHoles,
  withLostPackets,
  withNoise,
  withRingback,
} from '../../fakes/bad-line.ts'

/** What the line does to an announcement of so many seconds; another seed is another noise, another moment. */
export type Line = (seed: number, seconds: number) => Degradation

/** Levels are those of the mean; 0 dBm0 lies 3 dB under a full-scale sine. */
export const lines: Readonly<Record<string, Line>> = {
  'as recorded': () => (sound) => sound,
  'A-law': () => companded,
  '-5 dBm0 and clipped': () => all(atLevel(-8), companded),
  '-40 dBm0': () => all(atLevel(-43), companded),
  'noise 10 dB below': (seed) => all(withNoise(10, seed), companded),
  'noise 5 dB below': (seed) => all(withNoise(5, seed), companded),
  'ringback as loud': () => all(withRingback(0), companded),
  'clock 1 % fast': () => all(slower(-1), companded),
  'clock 1 % slow': () => all(slower(1), companded),
  'joined up to 1 s late': (seed) => all(joinedAfter((seed % 11) / 10), companded),
  'joined in its first quarter': (seed, seconds) => all(joinedAfter((seconds / 4) * ((seed % 7) / 6)), companded),
  '5 % of packets lost': (seed) => all(companded, withLostPackets(0.05, seed)),
  'three holes of late packets': (seed) => all(companded, withHoles(3, seed)),
  'all together': (seed) =>
    all(
      joinedAfter((seed % 6) / 10),
      slower(seed % 2 === 0 ? 1 : -1),
      atLevel(-24),
      withNoise(10, seed),
      withRingback(6),
      companded,
      withLostPackets(0.02, seed),
    ),
}
