/** CPU time and memory of a server and all its children, as the kernel counts them (Linux). */
import { readFileSync } from 'node:fs'

/** USER_HZ, which Linux fixes at 100 for /proc. */
const ticksPerSecond = 100

/** The process and all its descendants. */
export function processTree(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((text) => text.trim() !== '')
    .map(Number)
  return [pid, ...children.flatMap(processTree)]
}

/** User and system time of the processes so far, in ms. */
export function cpuMs(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    // the second field, the name in parentheses, may hold blanks: count from behind it
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  })
  return (ticks.reduce((sum, one) => sum + one, 0) * 1000) / ticksPerSecond
}

/** Resident memory of the processes, in MiB. */
export function residentMiB(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0),
  )
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024
}
