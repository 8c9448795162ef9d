interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Does work in groups: what is asked in one turn of the event loop goes together, and what is asked while a group is under way goes in the
 * next. One group at a time.
 */
export class Groups<Item, Result> {
  readonly #work: (items: readonly Item[]) => Promise<readonly Result[]>
  readonly #countMax: number
  #waiting: Waiting<Item, Result>[] = []
  #running: Promise<void> | undefined

  /** `work` gives a result for each item, in order; when it rejects, everybody of the group is told so. */
  constructor(countMax: number, work: (items: readonly Item[]) => Promise<readonly Result[]>) {
    this.#countMax = countMax
    this.#work = work
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves when nothing is under way and nobody waits. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #run(): Promise<void> {
    await new Promise((endOfTurn) => setImmediate(endOfTurn))
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#countMax)
      try {
        const results = await this.#work(group.map(({ item }) => item))
        group.forEach(({ resolve }, index) => resolve(results[index] as Result))
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#running = undefined
  }
}
