import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countLines, readTrace, root } from './trace.ts'

const { kept, noted } = readTrace()
const read = (file: string) => readFileSync(join(root, file), 'utf8')

describe('the legal trace', () => {
  it('maps every rule R1 to R52', () => {
    const rules = new Set([...kept, ...noted].map(({ rule }) => rule))
    expect(rules).toEqual(new Set(Array.from({ length: 52 }, (_, index) => `R${index + 1}`)))
  })

  it.each(kept)('$rule: finds the line in $file', ({ file, line }) => {
    expect(countLines(read(file), line)).toBeGreaterThan(0)
  })

  it.each(kept)('$rule: finds the test “$test.name”', ({ test }) => {
    expect(read(test.file)).toContain(`it('${test.name}'`)
  })
})
