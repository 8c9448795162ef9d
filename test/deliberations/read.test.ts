import { describe, expect, it } from 'vitest'
import {
  DeliberationFileError,
  readDeliberations,
  type DeliberationText,
} from '../../src/deliberations/read.ts'
import { files, texts, textsWith, type Loose } from './files.ts'

/** `file:line: reason` of every fault. */
function faultsOf(given: readonly DeliberationText[]): readonly string[] {
  try {
    readDeliberations(given)
  } catch (error) {
    if (!(error instanceof DeliberationFileError)) throw error
    expect(error.message).toBe(
      error.faults.map(({ file, line, reason }) => `${file}:${line}: ${reason}`).join('\n'),
    )
    return error.message.split('\n')
  }
  return []
}

const pension = texts.find(({ name }) => name === 'synthetic-pension.json')!
const norms = texts.find(({ name }) => name === 'minimal-norms.json')!
/** The pension file with one piece of text replaced, beside the norms it needs. */
const changed = (from: string, to: string) => {
  expect(pension.text).toContain(from)
  return [norms, { name: pension.name, text: pension.text.replace(from, to) }]
}
/** Line on which a piece of text first stands. */
const lineOf = (text: string, piece: string) =>
  text.slice(0, text.indexOf(piece)).split('\n').length

describe('reading deliberation files', () => {
  it('reads the folder of the repository', () => {
    expect(files.deliberations.map(({ number }) => number)).toEqual([
      '14/057',
      'S/25/007',
      'S/24/011',
      'S/24/047',
      'S/24/031',
      'S/24/023',
    ])
    expect(files.prerequisites).toHaveLength(7)
  })

  it('R7, R40, R51: keeps legal bases and references as data of 14/057', () => {
    const { legalBasis, references } = files.deliberations[0]!
    expect(legalBasis.map(({ where }) => where)).toEqual(['§ 51', '§ 6', '§ 7'])
    const acts = references.map(({ act }) => act).join('\n')
    for (const act of ['07/15', '07/47', '07/68', '8 December 1992', '12/01', '1584', '2001/549']) {
      expect(acts).toContain(act)
    }
  })

  it('R3: keeps current, full and former names, and the hierarchy above the beneficiary', () => {
    expect(files.deliberations[0]!.beneficiary).toMatchObject({
      institution: 'phare',
      name: 'PHARE',
      fullName: 'Personne Handicapée Autonomie Recherchée',
      formerNames: [
        'Service bruxellois francophone des personnes handicapées (SBFPH)',
        'Brusselse Franstalige dienst voor mindervaliden',
      ],
      hierarchy: ['Collège de la Commission communautaire française (COCOF)'],
    })
  })

  it('R44, R5, R6: shows the mission, the rhythms and the operative wording with the purposes', () => {
    const { mission, purposes } = files.deliberations[0]!
    expect(mission).toContain('sheltered-work enterprises')
    expect(mission).toContain('(§ 2)')
    expect(purposes.map(({ id }) => id)).toEqual('P1 P2 P3 P4 P5 P6 P7 P8 P9'.split(' '))
    expect(purposes[1]!.name).toContain('en vue de réaliser ses missions d’octroi de subventions')
    expect(purposes[1]!.name).toContain('quarterly')
    expect(purposes[2]).toMatchObject({
      name: 'monthly advances',
      wording: 'calculer les avances mensuelles à accorder en fonction des personnes employées',
    })
  })

  it('R45: marks the user of the viewer as one of the second type', () => {
    for (const { channels } of files.deliberations[0]!.versions) {
      expect(channels.dolsis).toMatchObject({ userType: 2, requires: ['12/01'] })
    }
  })

  it('R48: refuses a viewer that would allow storage', () => {
    const given = textsWith({
      '14-057.json': ({ versions }: Loose) =>
        Object.assign(versions[0].channels, {
          dolsis: { paragraphs: ['54'], requires: ['12/01'], storageAllowed: true },
        }),
    })
    expect(faultsOf(given)[0]).toMatch(
      /^14-057\.json:\d+: `versions\/0\/channels\/dolsis\/storageAllowed` must be equal to constant: `false`$/,
    )
    const { versions } = files.deliberations[0]!
    expect(versions[1]!.channels.webService?.storageAllowed).toBe(true)
    expect(versions.map(({ channels }) => channels.dolsis?.storageAllowed)).toEqual([false, false])
  })

  it('refuses text that is no JSON, with the line', () => {
    const line = lineOf(pension.text, '"status"')
    expect(faultsOf(changed('"status": "synthetic",', '"status": ,'))).toEqual([
      `synthetic-pension.json:${line}: no JSON: Unexpected token Comma found.`,
    ])
    expect(faultsOf([{ name: 'a.json', text: '{\n"kind": "delib' }])).toEqual([
      'a.json:2: no JSON: Unexpected end of input found.',
    ])
  })

  it('refuses a key that stands twice, since one of the two would be lost', () => {
    const line = lineOf(pension.text, '"status"') + 1
    expect(
      faultsOf(changed('"status": "synthetic",', '"status": "synthetic",\n"number": "x",')),
    ).toEqual([`synthetic-pension.json:${line}: key \`number\` twice`])
  })

  it('refuses what the schema does not know, with the line', () => {
    const line = lineOf(pension.text, '"mission"')
    expect(faultsOf(changed('"mission"', '"misison"'))).toEqual([
      `synthetic-pension.json:1: the file must have required property 'mission'`,
    ])
    expect(faultsOf(changed('"mission"', '"note": "x",\n  "mission"'))).toEqual([
      `synthetic-pension.json:${line}: unknown property \`note\``,
    ])
  })

  it('lists the values that the schema allows', () => {
    expect(faultsOf(changed('"status": "', '"status": "un'))[0]).toMatch(
      /`status` must be equal to one of the allowed values: `[a-z]+`, `[a-z]+`/,
    )
  })

  it('refuses a day that does not exist', () => {
    const line = lineOf(pension.text, '"from": "2024-01-01"')
    expect(faultsOf(changed('"from": "2024-01-01"', '"from": "2024-02-30"'))).toEqual([
      `synthetic-pension.json:${line}: \`versions/0/from\` must match format "date"`,
    ])
  })

  it('refuses a path that the catalogue lacks, with the line', () => {
    const line = lineOf(pension.text, '"dmfa.service.code"')
    expect(faultsOf(changed('"dmfa.service.code"', '"dmfa.service.colour"'))).toEqual([
      `synthetic-pension.json:${line}: path \`dmfa.service.colour\` is not in the catalogue`,
    ])
  })

  it('refuses empty grants', () => {
    const line = lineOf(pension.text, '"paths": ["dmfa.naturalPerson.ssin"]')
    expect(faultsOf(changed('["dmfa.naturalPerson.ssin"]', '[]'))).toEqual([
      `synthetic-pension.json:${line}: \`versions/0/grants/2/paths\` must NOT have fewer than 1 items`,
    ])
    const none = textsWith({
      'synthetic-pension.json': ({ versions }: Loose) => (versions[0].grants = []),
    })
    expect(faultsOf(none)[0]).toMatch(/`versions\/0\/grants` must NOT have fewer than 1 items$/)
    expect(faultsOf([])).toEqual(['.:1: no deliberation file'])
  })

  it('refuses versions that overlap by a day', () => {
    const given = textsWith({
      '14-057.json': ({ versions }: Loose) => (versions[0].until = versions[1].from),
    })
    const file = given.find(({ name }) => name === '14-057.json')!
    const line = lineOf(file.text, '"from": "2016-09-06"')
    expect(faultsOf(given)).toEqual([
      `14-057.json:${line}: overlaps the period that begins on 2014-07-01`,
    ])
  })

  it('refuses a version that ends before it begins', () => {
    const given = textsWith({
      '14-057.json': ({ versions }: Loose) => (versions[0].until = '2014-06-30'),
    })
    expect(faultsOf(given)[0]).toMatch(/begins on 2014-07-01, after its last day 2014-06-30$/)
  })

  it('refuses an unknown prerequisite of a set, of a channel and of a prerequisite', () => {
    const of = (change: (file: Loose) => unknown, name = '14-057.json') =>
      faultsOf(textsWith({ [name]: change }))
    const fault = (name: string) => new RegExp(`^${name}:\\d+: unknown prerequisite \`99/99\`$`)
    const first = of(({ versions }) => versions[0].grants[1]!.requires.push('99/99'))
    const second = of(({ versions }) => versions[1].channels.webService.requires.push('99/99'))
    const third = of(({ records }) => records[0].requires.push('99/99'), '64-2012.json')
    expect(first).toEqual([expect.stringMatching(fault('14-057.json'))])
    expect(second).toEqual([expect.stringMatching(fault('14-057.json'))])
    expect(third).toEqual([expect.stringMatching(fault('64-2012.json'))])
  })

  it('refuses prerequisites that rest on each other in a circle', () => {
    const given = textsWith({
      'royal-decree-2000-09-03.json': ({ records }: Loose) => records[0].requires.push('64/2012'),
    })
    expect(faultsOf(given)).toEqual([
      '64-2012.json:4: `64/2012` rests on itself',
      'royal-decree-2000-09-03.json:4: `royal decree of 3 September 2000` rests on itself',
    ])
  })

  it('refuses a member that is a group, of another register, or of something that is no group', () => {
    const of = (group: string, path: string) =>
      faultsOf(
        textsWith({
          '64-2012.json': ({ records }: Loose) =>
            (records[0].members = [{ group, paragraph: '1', paths: [path] }]),
        }),
      ).map((fault) => fault.replace(/^[^ ]+ /, ''))
    const group = 'person.nationalRegisterInformation'
    expect(of(group, 'dmfa.naturalPerson.ssin')).toEqual([
      `\`dmfa.naturalPerson.ssin\` cannot be a member of \`${group}\``,
    ])
    expect(of(group, 'person.bisRegisterInformation')).toHaveLength(1)
    expect(of('person.nr.names', 'person.nr.sex')).toEqual(['`person.nr.names` is no group'])
    expect(of('person.none', 'person.nr.sex')).toEqual([
      'path `person.none` is not in the catalogue',
    ])
  })

  it('refuses unknown sets and purposes, sets of no legal context, and names used twice', () => {
    const of = (change: (file: Loose) => unknown) =>
      faultsOf(textsWith({ '14-057.json': change })).map((fault) => fault.replace(/^[^ ]+ /, ''))
    expect(of(({ versions }) => versions[0].legalContexts[1]!.sets.push('dmfa.none'))).toEqual([
      'unknown set `dmfa.none`',
    ])
    expect(of(({ versions }) => versions[0].legalContexts[1]!.purposes.push('P10'))).toEqual([
      'unknown purpose `P10`',
    ])
    expect(
      of(({ versions }) =>
        versions[0].grants.push({ set: 'more', requires: [], paths: ['person.nr.sex'], ...more }),
      ),
    ).toEqual(['set `more` is in no legal context'])
    expect(
      of(({ versions }) => versions[0].legalContexts.push(versions[0].legalContexts[0]!)),
    ).toEqual(['legal context `PHARE:SUBSIDY_QUARTER` twice'])
    expect(of((file) => (file.number = 'S/24/023'))).toEqual(['number `S/24/023` in two files'])
  })
})

const more = { paragraph: '1' }
