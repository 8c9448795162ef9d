import { readCivilDate } from '../../src/base/civil-date.ts'
import { entryOf, readPath } from '../../src/registers/catalogue.ts'
import type { Grant } from '../../src/registers/grant.ts'

const version = readCivilDate('2016-09-06')!

/** A grant of the given paths, made by hand: for tests of what stands behind `decide`. */
export function grantOf(...paths: readonly string[]): Grant {
  return {
    legalContext: 'TEST:CONTEXT',
    deliberations: [{ deliberation: 'test', version }],
    paths: new Map(
      paths.map((text) => {
        const path = readPath(text)
        if (path === undefined) throw new TypeError(`no path \`${text}\``)
        const paragraph = String(entryOf(path).field.about.paragraph)
        return [path, [{ deliberation: 'test', version, paragraph }]]
      }),
    ),
  } as unknown as Grant
}
