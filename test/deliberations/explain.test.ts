import { describe, expect, it } from 'vitest'
import { explain, printExplanation, type WithheldPath } from '../../src/deliberations/explain.ts'
import { files, filesWith, type Loose } from './files.ts'
import { pathsUnder, question } from './questions.ts'

const on = '2026-01-01'
const why = (withheld: readonly WithheldPath[], path: string) =>
  withheld.find((one) => one.path === path)

describe('explain', () => {
  it('R52: prints the same decision as decide, with paragraphs, reasons and what is not stated', async () => {
    const gives = pathsUnder('person.', 'dimona.worker', 'limosa.posting.w')
    const asked = question('phare', 'PHARE:STAFF_REGISTER', on, { gives })
    await expect(printExplanation(explain(files, asked))).toMatchFileSnapshot(
      '../output/explain-phare.txt',
    )
  })

  it('explains every path once, as granted or as withheld', () => {
    for (const legalContext of ['PHARE:SUBSIDY_QUARTER', 'PHARE:IDENTIFICATION', 'NONE:NONE']) {
      const asked = question('phare', legalContext, on)
      const { granted, withheld } = explain(files, asked)
      expect(granted.length + withheld.length).toBe(asked.gives.length)
    }
  })

  it('tells another purpose from what no deliberation names', () => {
    const { withheld } = explain(files, question('phare', 'PHARE:IDENTIFICATION', on))
    expect(why(withheld, 'dmfa.remuneration.amount')).toEqual({
      path: 'dmfa.remuneration.amount',
      why: 'otherPurpose',
      needed: 'the purpose and legal context PHARE:SUBSIDY_QUARTER or PHARE:EARLY_RETIREMENT',
    })
    expect(why(withheld, 'limosa.postedPerson.category')?.why).toBe('notInDeliberation')
    expect(why(withheld, 'person.nr.household')).toEqual({
      path: 'person.nr.household',
      why: 'noMember',
      needed: 'a prerequisite that names it as a member of person.nationalRegisterInformation',
    })
  })

  it('tells a missing prerequisite, another version and a closed channel', () => {
    const ended = filesWith({
      '12-13.json': ({ records }: Loose) => (records[0].until = '2020-01-01'),
    })
    const bis = explain(ended, question('phare', 'PHARE:IDENTIFICATION', on)).withheld
    expect(why(bis, 'person.bisNumber')).toMatchObject({ why: 'prerequisite' })
    expect(why(bis, 'person.bisNumber')?.needed).toMatch(
      /^12\/13 \(.*\) in force for the institution/,
    )
    const early = explain(files, question('phare', 'PHARE:IDENTIFICATION', '2014-06-30')).withheld
    expect(why(early, 'person.nr.names')?.why).toBe('otherVersion')
    const viewer = { channel: 'dolsis' } as const
    const closed = explain(files, question('phare', 'PHARE:IDENTIFICATION', on, viewer)).withheld
    expect(why(closed, 'person.nr.names')?.why).toBe('viewerClosed')
    const web = explain(files, question('phare', 'PHARE:IDENTIFICATION', '2015-01-01')).withheld
    expect(why(web, 'person.nr.names')?.why).toBe('channelUnnamed')
    const norms = filesWith({
      'minimal-norms.json': ({ records }: Loose) => (records[0].until = '2020-01-01'),
    })
    const unsafe = explain(norms, question('phare', 'PHARE:IDENTIFICATION', on)).withheld
    expect(why(unsafe, 'person.nr.names')?.why).toBe('channelPrerequisite')
  })

  it('R33: shows the condition of § 45 beside the employer directory', () => {
    const directory = pathsUnder('employerDirectory.identification.')
    const shown = explain(
      files,
      question('phare', 'PHARE:IDENTIFICATION', on, { gives: directory }),
    )
    expect(shown.conditions).toEqual([
      '§ 45: the authorisation is needed only where the employer is a natural person; an unknown kind of employer counts as a natural person',
    ])
    expect(printExplanation(shown)).toContain('condition: § 45: ')
  })

  it('says why a question is refused', () => {
    const text = printExplanation(explain(files, question('phare', 'PHARE:NONE', on)))
    expect(text).toContain('refused: LEGAL_CONTEXT_UNKNOWN, rule R35\n')
    expect(text).toContain('needed: a legal context that a deliberation declares\n')
  })
})
