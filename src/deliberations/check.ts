import { readCivilDate } from '../base/civil-date.ts'
import { entryOf, readPath, type Path } from '../registers/catalogue.ts'
import type { Deliberation, Prerequisite, Validity, Version } from './model.ts'

/** A fault at a JSON pointer of its file. */
export interface Finding {
  readonly pointer: string
  readonly reason: string
}

/** What the schema cannot say of one deliberation. */
export function checkDeliberation(deliberation: Deliberation): readonly Finding[] {
  return [
    ...checkPeriods(deliberation.versions, '/versions'),
    ...deliberation.versions.flatMap((version, index) =>
      checkVersion(deliberation, version, `/versions/${index}`),
    ),
  ]
}

function checkVersion(deliberation: Deliberation, version: Version, at: string): Finding[] {
  const sets = version.grants.map(({ set }) => set)
  const contexts = version.legalContexts
  const purposes = new Set(deliberation.purposes.map(({ id }) => id))
  const used = new Set(contexts.flatMap((context) => context.sets))
  return [
    ...doubles(sets, (index) => `${at}/grants/${index}/set`, 'set'),
    ...doubles(
      contexts.map(({ legalContext }) => legalContext),
      (index) => `${at}/legalContexts/${index}/legalContext`,
      'legal context',
    ),
    ...version.grants.flatMap(({ set, paths }, index) => [
      ...checkPaths(paths, `${at}/grants/${index}/paths`),
      ...(used.has(set)
        ? []
        : [{ pointer: `${at}/grants/${index}`, reason: `set \`${set}\` is in no legal context` }]),
    ]),
    ...contexts.flatMap((context, index) => [
      ...unknowns(context.sets, new Set(sets), `${at}/legalContexts/${index}/sets`, 'set'),
      ...unknowns(context.purposes, purposes, `${at}/legalContexts/${index}/purposes`, 'purpose'),
    ]),
  ]
}

/** What the schema cannot say of one prerequisite. */
export function checkPrerequisite(prerequisite: Prerequisite): readonly Finding[] {
  const institutions = new Set(prerequisite.records.map(({ institution }) => institution))
  return [
    ...[...institutions].flatMap((institution) =>
      checkPeriods(prerequisite.records, '/records', (one) => one.institution === institution),
    ),
    ...prerequisite.records.flatMap(({ members }, record) =>
      members.flatMap(({ group, paths }, index) => {
        const at = `/records/${record}/members/${index}`
        return [
          ...checkPaths([group], at, () => `${at}/group`),
          ...checkPaths(paths, `${at}/paths`),
          ...checkMembers(group, paths, at),
        ]
      }),
    ),
  ]
}

/** A group is filled with fields of its own register only. */
function checkMembers(group: Path, paths: readonly Path[], at: string): Finding[] {
  if (readPath(group) === undefined) return []
  const { field, register } = entryOf(group)
  if (field.type !== 'group')
    return [{ pointer: `${at}/group`, reason: `\`${group}\` is no group` }]
  return paths.flatMap((path, index) => {
    if (readPath(path) === undefined) return []
    const member = entryOf(path)
    const fits = member.register === register && member.field.type !== 'group'
    const reason = `\`${path}\` cannot be a member of \`${group}\``
    return fits ? [] : [{ pointer: `${at}/paths/${index}`, reason }]
  })
}

function checkPaths(
  paths: readonly string[],
  at: string,
  pointer = (index: number) => `${at}/${index}`,
): Finding[] {
  return paths.flatMap((path, index) =>
    readPath(path) === undefined
      ? [{ pointer: pointer(index), reason: `path \`${path}\` is not in the catalogue` }]
      : [],
  )
}

/** Periods exist, end after they begin and do not overlap; the last day is included. */
function checkPeriods<V extends Validity>(
  periods: readonly V[],
  at: string,
  concerns: (one: V) => boolean = () => true,
): Finding[] {
  return periods.flatMap((one, index) => {
    if (!concerns(one)) return []
    const pointer = `${at}/${index}/from`
    if (readCivilDate(one.from) === undefined) return [{ pointer, reason: 'no existing date' }]
    if (one.until !== undefined && one.until < one.from) {
      return [{ pointer, reason: `begins on ${one.from}, after its last day ${one.until}` }]
    }
    const earlier = periods.slice(0, index).find((other) => concerns(other) && overlap(one, other))
    if (earlier === undefined) return []
    return [{ pointer, reason: `overlaps the period that begins on ${earlier.from}` }]
  })
}

function overlap(one: Validity, other: Validity): boolean {
  const begins = (a: Validity, b: Validity) => b.until === undefined || a.from <= b.until
  return begins(one, other) && begins(other, one)
}

/** What files say of each other: numbers are unique, prerequisites exist and rest on no circle. */
export function checkTogether(
  documents: readonly (Deliberation | Prerequisite)[],
): readonly (Finding & { readonly file: string })[] {
  const prerequisites = documents.filter((one) => one.kind === 'prerequisite')
  const numbers = new Set(prerequisites.map(({ number }) => number))
  return documents.flatMap((document, index) => {
    const found: Finding[] = []
    if (documents.findIndex(({ number }) => number === document.number) < index) {
      found.push({ pointer: '/number', reason: `number \`${document.number}\` in two files` })
    }
    for (const { pointer, required } of requirementsOf(document)) {
      found.push(...unknowns(required, numbers, pointer, 'prerequisite'))
    }
    if (document.kind === 'prerequisite' && restsOnItself(document, prerequisites)) {
      found.push({ pointer: '/number', reason: `\`${document.number}\` rests on itself` })
    }
    return found.map((finding) => ({ file: document.file, ...finding }))
  })
}

function requirementsOf(
  document: Deliberation | Prerequisite,
): { readonly pointer: string; readonly required: readonly string[] }[] {
  if (document.kind === 'prerequisite') {
    return document.records.map(({ requires }, index) => ({
      pointer: `/records/${index}/requires`,
      required: requires,
    }))
  }
  return document.versions.flatMap(({ grants, channels }, index) => [
    ...grants.map(({ requires }, set) => ({
      pointer: `/versions/${index}/grants/${set}/requires`,
      required: requires,
    })),
    ...Object.entries(channels).map(([channel, { requires }]) => ({
      pointer: `/versions/${index}/channels/${channel}/requires`,
      required: requires,
    })),
  ])
}

function restsOnItself(start: Prerequisite, all: readonly Prerequisite[]): boolean {
  const reached = new Set<string>()
  const queue = [start]
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    for (const number of one.records.flatMap(({ requires }) => requires)) {
      if (number === start.number) return true
      if (reached.has(number)) continue
      reached.add(number)
      queue.push(...all.filter((other) => other.number === number))
    }
  }
  return false
}

function unknowns(
  names: readonly string[],
  known: ReadonlySet<string>,
  at: string,
  what: string,
): Finding[] {
  return names.flatMap((name, index) =>
    known.has(name) ? [] : [{ pointer: `${at}/${index}`, reason: `unknown ${what} \`${name}\`` }],
  )
}

function doubles(
  names: readonly string[],
  pointer: (index: number) => string,
  what: string,
): Finding[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [{ pointer: pointer(index), reason: `${what} \`${name}\` twice` }]
      : [],
  )
}
