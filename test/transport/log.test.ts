import { describe, expect, it } from 'vitest'
import { makeLog } from '../../src/transport/log.ts'

function logged(error: Error): string {
  let text = ''
  makeLog('info', { write: (line) => void (text += line) }).error('internal error', {}, error)
  return (JSON.parse(text) as { cause: string }).cause
}

describe('the log of an exception', () => {
  it('names its kind and its place in our source', () => {
    const error = new TypeError('x')
    error.stack =
      'TypeError: x\n    at read (file:///opt/q/src/xml/parse.ts:1:2)\n    at y (/z.js:1:1)'
    expect(logged(error)).toBe('TypeError at read (src/xml/parse.ts:1:2)')
  })

  it('never holds its text, whatever that looks like', () => {
    expect(logged(new Error('cannot read file:///a/src/80010100118'))).not.toContain('80010100118')
    expect(logged(new Error('first\n at /src/80010100118'))).not.toContain('80010100118')
  })
})
