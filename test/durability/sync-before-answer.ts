const isSync = ({ name }: Call) => name === 'fdatasync' || name === 'fsync'

/** One system call of a trace, from the line where it began to the line where it returned. */
interface Call {
  readonly name: string
  readonly target: string
  readonly text: string
  readonly begun: number
  readonly ended: number
  readonly failed: boolean
}

/** Arguments for strace that `answersBeforeSync` can read; append the command. */
export const straceArguments = (output: string): string[] => [
  '-f',
  '-y',
  ...['-s', '1000000'],
  ...['-e', 'trace=write,writev,pwrite64,pwritev,sendto,sendmsg,fdatasync,fsync'],
  ...['-o', output],
]

const callLine = /^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\((\d+<[^>]*>))/

/** Calls in the order they ended; those of several threads that overlap are put together again. */
function readCalls(trace: string): Call[] {
  const open = new Map<string, { name: string; target: string; text: string; begun: number }>()
  const calls: Call[] = []
  for (const [number, line] of trace.split('\n').entries()) {
    const match = callLine.exec(line)
    if (match === null) continue
    const [, thread = '', resumed, name = '', target = ''] = match
    const begun =
      resumed === undefined ? { name, target, text: line, begun: number } : open.get(thread)
    if (begun === undefined)
      throw new Error(`trace resumes a call that never began: line ${number}`)
    if (line.endsWith('<unfinished ...>')) {
      open.set(thread, begun)
      continue
    }
    open.delete(thread)
    calls.push({ ...begun, ended: number, failed: / = -1 /.test(line) })
  }
  return calls
}

/**
 * Reads a trace of a process that writes its journal to `*.jsonl` and its answers anywhere else: the tickets whose
 * answer began to be written before a sync of that journal file had returned that began after the last write of the
 * ticket's entries. `ticketOf` finds the ticket in the text of an answer's write; writes without one are no answers.
 * Throws when the trace holds no answer, or an answer without an entry.
 */
export function answersBeforeSync(
  trace: string,
  ticketOf: (text: string) => readonly string[],
): string[] {
  const calls = readCalls(trace)
  const isJournal = ({ target }: Call) => target.endsWith('.jsonl>')
  const writes = calls.filter((call) => isJournal(call) && !isSync(call) && !call.failed)
  const syncs = calls.filter((call) => isJournal(call) && isSync(call) && !call.failed)
  const answers = calls
    .filter((call) => !isJournal(call) && !isSync(call))
    .flatMap((call) => ticketOf(call.text).map((ticket) => ({ ticket, begun: call.begun })))
  if (answers.length === 0) throw new Error('no answer in the trace')
  return answers
    .filter(({ ticket, begun }) => {
      const own = writes.filter((write) => write.text.includes(ticket) && write.begun < begun)
      const last = own.at(-1)
      if (last === undefined) throw new Error(`no journal entry of ${ticket} before its answer`)
      return !syncs.some(
        (sync) => sync.target === last.target && sync.begun > last.ended && sync.ended < begun,
      )
    })
    .map(({ ticket }) => ticket)
}

/**
 * Whether a file was written before the first answer began, and synced after the last of these writes and before that answer. An
 * answer is a write of a text that `isAnswer` knows. Throws when the trace holds no such answer.
 */
export function isSyncedBeforeAnswer(
  trace: string,
  file: string,
  isAnswer: (text: string) => boolean,
): boolean {
  const calls = readCalls(trace)
  const answer = calls.find((call) => !isSync(call) && isAnswer(call.text))
  if (answer === undefined) throw new Error('no answer in the trace')
  const before = calls.filter(
    ({ target, failed, ended }) => target.endsWith(`/${file}>`) && !failed && ended < answer.begun,
  )
  const last = before.findLast((call) => !isSync(call))
  return last !== undefined && before.some((call) => isSync(call) && call.begun > last.ended)
}
