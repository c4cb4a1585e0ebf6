/** What we use of the package, which has no types of its own. */
declare module '@echogarden/espeak-ng-emscripten' {
  interface EspeakWorker {
    /** @returns 0 when the engine has the voice. */
    set_voice(name: string): number
    get_samplerate(): number
    /** Calls back with pieces of sound until the phrase is done; the callback returns 0 to go on. */
    synthesize(text: string, onSound: (sound: Int16Array | null) => number): void
    synthesize_ipa(text: string): { code: number; ipa: string }
  }

  interface EspeakModule {
    eSpeakNGWorker: new () => EspeakWorker
  }

  export default function initialize(): Promise<EspeakModule>
}
