const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Brussels',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
})

/** Belgian clock time `HH:MM:SS.SSS` at an instant (UTC ms), as zones 00299 and 00935 want it. */
export function clockTimeAt(instantMs: number): string {
  return clock.format(instantMs)
}
