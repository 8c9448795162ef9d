import { describe, expect, it } from 'vitest'
import { readCivilDate } from '../../src/base/civil-date.ts'
import { compileDeliberations } from '../../src/deliberations/decide.ts'
import type { Path } from '../../src/registers/catalogue.ts'
import {
  areGranted,
  type ElementBlock,
  type ElementSource,
} from '../../src/services/element-rows.ts'
import type { ConsultOperation, Operation, Service } from '../../src/services/operation.ts'
import { services } from '../../src/services/registry.ts'
import { files } from './files.ts'

const on = readCivilDate('2026-01-01')!
const decide = compileDeliberations(files)
const legalContexts = files.deliberations
  .find(({ number }) => number === '14/057')!
  .versions.at(-1)!
  .legalContexts.map(({ legalContext }) => legalContext)

/** Paths that phare is granted of an operation under each legal context. */
function grantsOf(service: Service, { name, gives }: ConsultOperation): ReadonlySet<Path>[] {
  return legalContexts.map((legalContext) => {
    const decision = decide({
      institution: 'phare',
      legalContext,
      service: service.name,
      operation: name,
      channel: 'webService',
      gives,
      on,
    })
    return new Set(decision.kind === 'grant' ? decision.grant.paths.keys() : [])
  })
}

/** Whether an element is written under a grant; `empty` and `technical` ones stand beside those that are. */
function isGiven(block: ElementBlock, source: ElementSource, granted: ReadonlySet<Path>): boolean {
  if (!areGranted(block.needs, granted)) return false
  return 'paths' in source ? areGranted([source.paths, ...(source.needs ?? [])], granted) : true
}

function printSource(source: ElementSource): string {
  if (!('paths' in source)) return `${source.kind}: ${source.why}`
  const needs = (source.needs ?? []).map((one) => `, with ${one.join(' or ')}`).join('')
  return `${source.kind === 'derived' ? 'derived from ' : ''}${source.paths.join(' or ')}${needs}`
}

function printOperation(service: Service, operation: ConsultOperation): string[] {
  const grants = grantsOf(service, operation)
  const { name, gives, elements } = operation
  const counts = grants.map(({ size }, index) =>
    operation.yields(grants[index]!) && size > 0 ? `${size}` : '.',
  )
  const head = `${service.name} v${service.version} ${name}: ${counts.join(' ')} of ${gives.length} paths`
  if (elements === undefined) return [head]
  return [
    head,
    ...elements.flatMap((block) => [
      `  ${block.place}${block.needs.length === 0 ? '' : `, with ${block.needs.map((one) => one.join(' or ')).join(' and ')}`}`,
      ...block.rows.map(({ element, source }) => {
        const cells = grants.map((granted) => (isGiven(block, source, granted) ? '+' : '.'))
        return `  ${cells.join('')}  ${element}  ${printSource(source)}`
      }),
    ]),
    '  every other element of the contract: never',
  ]
}

/** The consultations of an operation: itself, or those that its message can hold. */
function consultationsOf(operation: Operation): readonly ConsultOperation[] {
  if (operation.kind === 'bundle') {
    return operation.operations.flatMap((one) => (one.kind === 'consult' ? one : []))
  }
  return operation.kind === 'consult' ? [operation] : []
}

describe('what 14/057 yields', () => {
  it('is printed for each contract and operation, element by element in the published ones', async () => {
    const lines = services.flatMap((service) =>
      [...service.operations.values()].flatMap((operation) =>
        consultationsOf(operation).flatMap((one) => printOperation(service, one)),
      ),
    )
    const head = [
      `deliberation 14/057 for phare on ${on}, web service; a column per legal context:`,
      ...legalContexts.map((one, index) => `${index + 1} ${one}`),
      '+ given, . withheld; numbers: paths granted of those the operation can give, . refused',
    ]
    await expect(`${[...head, ...lines].join('\n')}\n`).toMatchFileSnapshot(
      '../output/contracts-14-057.txt',
    )
  })

  it('is of RetrieveTIGroups the information types 000, 010 and 100, for identification and staff register', () => {
    for (const service of services.filter(({ name }) => name === 'RetrieveTIGroupsService')) {
      const [operation] = [...service.operations.values()] as ConsultOperation[]
      const given = grantsOf(service, operation!).map((granted) =>
        operation!
          .elements!.filter((block) => areGranted(block.needs, granted))
          .map(({ place }) => place),
      )
      const types = ['NationalNumber', 'Names/Name', 'BirthPlace']
      expect(Object.fromEntries(legalContexts.map((one, index) => [one, given[index]]))).toEqual({
        'PHARE:SUBSIDY_QUARTER': [],
        'PHARE:ADVANCE_MONTH': [],
        'PHARE:STAFF_REGISTER': types,
        'PHARE:IDENTIFICATION': types,
        'PHARE:EARLY_RETIREMENT': [],
        'PHARE:LIMOSA_GENDER': [],
      })
    }
  })
})
