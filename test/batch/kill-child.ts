/** Handles what lies in a drop directory, saying each step, until the test kills it. */
import { Drop } from './drop.ts'

const [, , directory] = process.argv
const drop = await Drop.open(directory)
const say = (text: string) => process.stdout.write(`${text}\n`)
const pause = () => new Promise((resolve) => setTimeout(resolve, 5))
drop.drop = drop.newDrop({
  journal: {
    append: async () => {
      await pause()
    },
  },
  store: {
    set: async (id) => drop.store.set(id),
    recordSet: async (decision) => {
      say('decision')
      return drop.store.recordSet(decision)
    },
    outcomeCount: async (id) => drop.store.outcomeCount(id),
    outcomeForms: async (id, after, limit) => {
      say('notification')
      await pause()
      return drop.store.outcomeForms(id, after, limit)
    },
    period: async (id) => drop.store.period(id),
    transaction: async (work) => {
      const result = await drop.store.transaction(work)
      say('group')
      await pause()
      return result
    },
  },
})
say('start')
await drop.drop.scan()
