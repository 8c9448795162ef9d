import { describe, expect, it } from 'vitest'
import { compileDeliberations } from '../../src/deliberations/decide.ts'
import { valuePaths } from '../../src/registers/catalogue.ts'
import { files, filesWith, type Loose } from './files.ts'
import { granted, pathsUnder, question, refused } from './questions.ts'

const decide = compileDeliberations(files)
const identity = ['person.nr.names', 'person.nr.birth', 'person.nr.sex']
const person = pathsUnder('person.')

const subsidy = (on: string, rest = {}) => question('phare', 'PHARE:SUBSIDY_QUARTER', on, rest)
const identification = (on: string, rest = {}) =>
  question('phare', 'PHARE:IDENTIFICATION', on, { gives: person, ...rest })

const viewer = { channel: 'dolsis' } as const

/** Purposes of a legal context in the version of 2016. */
const purposesOf = (name: string) =>
  files.deliberations[0]!.versions[1]!.legalContexts.find(
    ({ legalContext }) => legalContext === name,
  )!.purposes

describe('decide, versions', () => {
  it('R1: judges by the version in force, its first and its last day included', () => {
    expect(refused(decide(subsidy('2014-06-30', viewer)))).toMatchObject({
      code: 'NOT_AUTHORISED',
      rule: 'R1',
    })
    for (const [on, version] of [
      ['2014-07-01', '2014-07-01'],
      ['2016-09-05', '2014-07-01'],
    ]) {
      const { grant } = granted(decide(subsidy(on!, viewer)))
      expect(grant.deliberations).toContainEqual({ deliberation: '14/057', version })
    }
    const { grant } = granted(decide(subsidy('2016-09-06')))
    expect(grant.deliberations).toContainEqual({ deliberation: '14/057', version: '2016-09-06' })
  })

  it('R1: refuses between two versions and after the last', () => {
    const ended = compileDeliberations(
      filesWith({
        '14-057.json': ({ versions }: Loose) => {
          versions[0].until = '2016-08-31'
          versions[1].until = '2020-12-31'
        },
      }),
    )
    expect(refused(ended(subsidy('2016-09-05', viewer))).rule).toBe('R1')
    expect(granted(ended(subsidy('2020-12-31'))).kind).toBe('grant')
    expect(refused(ended(subsidy('2021-01-01')))).toEqual({
      kind: 'refusal',
      code: 'NOT_AUTHORISED',
      rule: 'R1',
      needed:
        'a version in force on the day; known are 2014-07-01 to 2016-08-31, 2016-09-06 to 2020-12-31',
    })
  })
})

describe('decide, who and why', () => {
  it('R2: refuses an institution without a deliberation under the legal context', () => {
    expect(refused(decide(question('pension', 'PHARE:SUBSIDY_QUARTER', '2026-01-01')))).toEqual({
      kind: 'refusal',
      code: 'NOT_AUTHORISED',
      rule: 'R2',
      paragraph: '51',
      needed: 'a deliberation whose beneficiary is this institution under this legal context',
    })
  })

  it('R4: gives nothing to the authority above the beneficiary', () => {
    expect(refused(decide(question('cocof', 'PHARE:SUBSIDY_QUARTER', '2026-01-01'))).rule).toBe(
      'R2',
    )
  })

  it('R35: refuses without a legal context, and with one that no deliberation declares', () => {
    for (const legalContext of [undefined, '', 'PHARE:BROWSING']) {
      expect(refused(decide(question('phare', legalContext, '2026-01-01')))).toEqual({
        kind: 'refusal',
        code: 'LEGAL_CONTEXT_UNKNOWN',
        rule: 'R35',
        needed: 'a legal context that a deliberation declares',
      })
    }
  })

  it('R35: refuses an operation that the purpose has no link with', () => {
    expect(
      refused(decide(question('phare', 'PHARE:ADVANCE_MONTH', '2026-01-01', { gives: person }))),
    ).toMatchObject({ code: 'NOTHING_GRANTED', rule: 'R35' })
  })

  it('R43: gives each legal context its smallest sets and adds nothing up across them', () => {
    const paths = (name: string) => [
      ...granted(decide(question('phare', `PHARE:${name}`, '2026-01-01'))).grant.paths.keys(),
    ]
    const prefixesOf = (name: string) => [...new Set(paths(name).map((path) => path.split('.')[0]))]
    expect(prefixesOf('SUBSIDY_QUARTER')).toEqual(['dimona', 'dmfa', 'employerDirectory'])
    expect(prefixesOf('ADVANCE_MONTH')).toEqual(['dimona'])
    expect(prefixesOf('STAFF_REGISTER')).toEqual(['person', 'dimona', 'employerDirectory'])
    expect(prefixesOf('IDENTIFICATION')).toEqual(['person', 'employerDirectory'])
    expect(paths('EARLY_RETIREMENT')).toEqual([
      ...pathsUnder('dmfa.remuneration.', 'dmfa.earlyRetirementContribution.'),
    ])
  })

  it('R12: opens the registers of persons for identification and the staff register only', () => {
    const open = (name: string) =>
      decide(question('phare', `PHARE:${name}`, '2026-01-01', { gives: person })).kind
    expect(open('IDENTIFICATION')).toBe('grant')
    expect(open('STAFF_REGISTER')).toBe('grant')
    for (const name of ['SUBSIDY_QUARTER', 'ADVANCE_MONTH', 'EARLY_RETIREMENT', 'LIMOSA_GENDER']) {
      expect(open(name)).toBe('refusal')
    }
  })

  it('R34: opens the employer directory to identify employers and to keep the staff register', () => {
    const gives = pathsUnder('employerDirectory.')
    const directory = (name: string) =>
      decide(question('phare', `PHARE:${name}`, '2026-01-01', { gives })).kind
    expect(['IDENTIFICATION', 'STAFF_REGISTER', 'SUBSIDY_QUARTER'].map(directory)).toEqual([
      'grant',
      'grant',
      'grant',
    ])
    expect(['ADVANCE_MONTH', 'EARLY_RETIREMENT', 'LIMOSA_GENDER'].map(directory)).toEqual([
      'refusal',
      'refusal',
      'refusal',
    ])
    expect(purposesOf('PHARE:IDENTIFICATION')).toEqual(['P5', 'P7'])
  })

  it('R36: opens Dimona for norms, advances and the staff register, students included', () => {
    for (const name of ['SUBSIDY_QUARTER', 'ADVANCE_MONTH', 'STAFF_REGISTER']) {
      const { grant } = granted(decide(question('phare', `PHARE:${name}`, '2026-01-01')))
      expect([...grant.paths.keys()]).toEqual(
        expect.arrayContaining([
          'dimona.worker.studentIndication',
          'dimona.occupation.entryDate',
          'dimona.occupation.exitDate',
        ]),
      )
    }
    expect(purposesOf('PHARE:ADVANCE_MONTH')).toEqual(['P3'])
  })

  it('R37: gives what allots a worker to one approval of an employer', () => {
    const { grant } = granted(decide(subsidy('2026-01-01')))
    expect([...grant.paths.keys()]).toEqual(
      expect.arrayContaining([
        'dimona.occupation.placeOfWork',
        'dimona.occupation.subEntityNumber',
        'dmfa.workerRecord.localUnitId',
      ]),
    )
  })

  it('R39: ties remuneration and early retirement to the subsidy and its early-retirement cost', () => {
    const gives = pathsUnder('dmfa.remuneration.', 'dmfa.earlyRetirementContribution.')
    for (const name of ['SUBSIDY_QUARTER', 'EARLY_RETIREMENT']) {
      const decision = decide(question('phare', `PHARE:${name}`, '2026-01-01', { gives }))
      expect([...granted(decision).grant.paths.keys()]).toEqual(gives)
    }
    for (const name of ['ADVANCE_MONTH', 'STAFF_REGISTER', 'IDENTIFICATION']) {
      const decision = decide(question('phare', `PHARE:${name}`, '2026-01-01', { gives }))
      expect(refused(decision).code).toBe('NOTHING_GRANTED')
    }
  })

  it('R41: opens Limosa for the gender purpose only, and nothing else for that purpose', () => {
    const limosa = [
      ...granted(decide(question('phare', 'PHARE:LIMOSA_GENDER', '2026-01-01'))).grant.paths.keys(),
    ]
    // the numbers of the declaration and of the place are carried by contracts only: § 48 does not name them
    const named = pathsUnder('limosa.posting.').filter((path) => !path.endsWith('Number'))
    expect(limosa).toEqual(named)
    expect(purposesOf('PHARE:LIMOSA_GENDER')).toEqual(['P9', 'P2'])
    for (const name of ['SUBSIDY_QUARTER', 'STAFF_REGISTER', 'IDENTIFICATION']) {
      const decision = decide(
        question('phare', `PHARE:${name}`, '2026-01-01', { gives: pathsUnder('limosa.') }),
      )
      expect(refused(decision).code).toBe('NOTHING_GRANTED')
    }
  })

  it('R30: gives no identification of the posted person or the user until a file names its fields', () => {
    const { grant } = granted(decide(question('phare', 'PHARE:LIMOSA_GENDER', '2026-01-01')))
    expect([...grant.paths.keys()].filter((path) => !path.startsWith('limosa.posting.'))).toEqual(
      [],
    )
    const named = filesWith({
      '14-057-annex-37.json': ({ records }: Loose) =>
        records[0].members.push({
          group: 'limosa.postedPerson.identification',
          paragraph: '49',
          paths: ['limosa.postedPerson.category'],
        }),
      '14-057.json': ({ versions }: Loose) => {
        for (const grants of versions[1].grants) {
          if (grants.set === 'limosa.postedPerson') grants.requires = ['14/057 § 37 annex']
        }
      },
    })
    const more = granted(
      compileDeliberations(named)(question('phare', 'PHARE:LIMOSA_GENDER', '2026-01-01')),
    )
    expect([...more.grant.paths.keys()]).toContain('limosa.postedPerson.category')
  })

  it('adds several deliberations of one legal context up, each with its own validity', () => {
    const on = (day: string) => granted(decide(question('emploi', 'EMPLOI:FOLLOW_UP', day))).grant
    expect([...on('2024-12-31').paths.keys()]).not.toContain('dmfa.service.code')
    const both = on('2025-01-01')
    expect([...both.paths.keys()]).toEqual(
      expect.arrayContaining(['dmfa.service.code', 'dmfa.occupation.startingDate']),
    )
    expect(both.deliberations).toEqual([
      { deliberation: 'S/24/011', version: '2024-01-01' },
      { deliberation: 'S/25/007', version: '2025-01-01' },
    ])
  })
})

describe('decide, prerequisites', () => {
  const without = (name: string, until: string) =>
    compileDeliberations(filesWith({ [name]: ({ records }: Loose) => (records[0].until = until) }))

  it('R15: delivers no National Register information after the last day of deliberation 64/2012', () => {
    const ended = without('64-2012.json', '2025-06-30')
    expect([...granted(ended(identification('2025-06-30'))).grant.paths.keys()]).toEqual([
      'person.nationalNumber',
      ...identity,
      'person.bisNumber',
    ])
    expect(refused(ended(identification('2025-07-01')))).toEqual({
      kind: 'refusal',
      code: 'NOT_AUTHORISED',
      rule: 'R15',
      paragraph: '9',
      needed:
        '64/2012 (deliberation of 5 September 2012 of the sectoral committee of the National Register) in force for the institution on the day',
    })
  })

  it('R15: delivers no National Register information without the royal decree of 3 September 2000', () => {
    const ended = without('royal-decree-2000-09-03.json', '2025-06-30')
    expect(refused(ended(identification('2025-07-01'))).rule).toBe('R15')
  })

  it('R15, R27: gives the members that the record in force on the day names', () => {
    const changing = compileDeliberations(
      filesWith({
        '64-2012.json': ({ records }: Loose) => {
          const [first] = records
          const [members] = first.members
          records.push({
            ...first,
            from: '2025-01-01',
            members: [{ ...members!, paths: ['person.nr.nationality'] }],
          })
          first.until = '2024-12-31'
        },
        '12-13.json': ({ records }: Loose) => (records[0].members = []),
      }),
    )
    const of = (on: string) => [...granted(changing(identification(on))).grant.paths.keys()]
    expect(of('2024-12-31')).toEqual(['person.nationalNumber', ...identity])
    expect(of('2025-01-01')).toEqual(['person.nationalNumber', 'person.nr.nationality'])
  })

  it('R13: closes the Crossroads Bank registers when the conditions of 12/13 are no longer met', () => {
    const ended = without('12-13.json', '2025-06-30')
    const decision = granted(ended(identification('2025-07-01')))
    expect([...decision.grant.paths.keys()]).toEqual(['person.nationalNumber', ...identity])
    expect(decision.sources).toEqual(['nationalRegister'])
    expect(decision.filtered).toContain('person.bisNumber')
    expect(
      refused(ended(identification('2025-07-01', { gives: pathsUnder('person.bisNumber') }))),
    ).toMatchObject({ rule: 'R13', paragraph: '10' })
  })

  it('R13: closes the Crossroads Bank registers together with the National Register right', () => {
    const ended = without('64-2012.json', '2025-06-30')
    const bis = { gives: pathsUnder('person.bisNumber') }
    expect(granted(ended(identification('2025-06-30', bis))).sources).toEqual(['bisRegister'])
    expect(refused(ended(identification('2025-07-01', bis)))).toMatchObject({
      rule: 'R15',
      paragraph: '10',
    })
  })

  it('R13, T3: closes the register of struck-off persons until a record of 12/13 names its number', () => {
    const number = { gives: pathsUnder('person.struckOffNumber') }
    expect(granted(decide(identification('2026-01-01'))).sources).not.toContain('struckOffRegister')
    expect(refused(decide(identification('2026-01-01', number)))).toMatchObject({
      code: 'NOTHING_GRANTED',
    })
    const naming = (until?: string) =>
      compileDeliberations(
        filesWith({
          '12-13.json': ({ records }: Loose) => {
            const [first] = records
            const [members] = first.members
            const ofGroup = { ...members!, group: 'person.crossroadsRegisters', paths: [number.gives[0]!] } // prettier-ignore
            first.members = [members!, ofGroup]
            if (until !== undefined) first.until = until
          },
        }),
      )
    const { sources, grant } = granted(naming()(identification('2026-01-01')))
    expect(sources).toEqual(['nationalRegister', 'bisRegister', 'struckOffRegister'])
    expect(grant.paths.get(number.gives[0]!)?.map(({ deliberation }) => deliberation)).toEqual([
      '14/057',
      '12/13',
    ])
    const lapsed = granted(naming('2025-06-30')(identification('2025-07-01')))
    expect(lapsed.sources).toEqual(['nationalRegister'])
  })

  it('R16: gives the Bis register under its own paragraph, with the prerequisite beside it', () => {
    const { grant } = granted(decide(identification('2026-01-01')))
    expect(grant.paths.get(pathsUnder('person.bisNumber')[0]!)).toEqual([
      { deliberation: '14/057', version: '2016-09-06', paragraph: '10' },
      { deliberation: '12/13', version: '2014-07-01', paragraph: 'assumed' },
    ])
  })

  it('R50: closes web services without the minimal security norms', () => {
    const ended = without('minimal-norms.json', '2025-06-30')
    expect(granted(ended(subsidy('2025-06-30'))).kind).toBe('grant')
    expect(refused(ended(subsidy('2025-07-01')))).toMatchObject({ rule: 'R50', paragraph: '55' })
    expect(granted(ended(question('pension', 'PENSION:CAREER', '2025-07-01'))).kind).toBe('grant')
  })

  it('R46: closes the viewer without the measures of recommendation 12/01', () => {
    const ended = without('12-01.json', '2015-06-30')
    expect(granted(ended(subsidy('2015-06-30', viewer))).kind).toBe('grant')
    expect(refused(ended(subsidy('2015-07-01', viewer)))).toMatchObject({
      rule: 'R46',
      paragraph: '54',
    })
  })

  it('R27: gives the aggregates through the operator’s annex only', () => {
    const aggregates = pathsUnder('dmfa.aggregate.')
    const { grant } = granted(decide(subsidy('2026-01-01', { gives: aggregates })))
    expect([...grant.paths.keys()]).toEqual(aggregates)
    expect(aggregates).toHaveLength(12)
    const ended = without('14-057-annex-37.json', '2025-06-30')
    expect(refused(ended(subsidy('2025-07-01', { gives: aggregates })))).toMatchObject({
      rule: 'R27',
      paragraph: '37',
    })
  })
})

describe('decide, channels', () => {
  it('R10: refuses web services under the first version, whose title names the viewer only', () => {
    expect(refused(decide(subsidy('2016-09-05')))).toEqual({
      kind: 'refusal',
      code: 'NOT_AUTHORISED',
      rule: 'R10',
      paragraph: '6',
      needed: 'a version that authorises the channel webService',
    })
  })

  it('R49: closes the viewer from the day on which web services are active', () => {
    expect(refused(decide(subsidy('2016-09-06', viewer)))).toMatchObject({
      code: 'NOT_AUTHORISED',
      rule: 'R49',
    })
  })

  it('R49, R52: closes the viewer source by source, and keeps both channels side by side until then', () => {
    const later = compileDeliberations(
      filesWith({
        '14-057.json': ({ versions }: Loose) => {
          versions[1].channels.webService.activation['dmfa'] = '2018-01-01'
        },
      }),
    )
    const gives = pathsUnder('dimona.', 'dmfa.')
    const open = (on: string, rest = {}) => granted(later(subsidy(on, { gives, ...rest }))).sources
    expect(open('2017-12-31')).toEqual(['dimona', 'personnelFile'])
    expect(open('2017-12-31', viewer)).toEqual(['dmfa'])
    expect(open('2018-01-01')).toEqual(['dimona', 'personnelFile', 'dmfa'])
    expect(refused(later(subsidy('2018-01-01', { gives, ...viewer }))).rule).toBe('R49')
  })

  it('R49: keeps the viewer closed though the norms of web services lapse', () => {
    const ended = compileDeliberations(
      filesWith({
        'minimal-norms.json': ({ records }: Loose) => (records[0].until = '2020-01-01'),
      }),
    )
    expect(refused(ended(subsidy('2021-01-01', viewer))).rule).toBe('R49')
  })

  it('refuses a web service whose source is not activated', () => {
    const without = compileDeliberations(
      filesWith({
        '14-057.json': ({ versions }: Loose) =>
          delete versions[1].channels.webService.activation['limosa'],
      }),
    )
    expect(refused(without(question('phare', 'PHARE:LIMOSA_GENDER', '2026-01-01')))).toMatchObject({
      rule: 'R10',
      needed: 'activation of the web service for the source limosa',
    })
  })
})

describe('decide, what is told', () => {
  it('R19: cuts the grant down to what the operation gives and names the paragraph of each path', () => {
    const { grant } = granted(decide(subsidy('2026-01-01', { gives: pathsUnder('dmfa.service.') })))
    expect([...grant.paths.entries()]).toEqual(
      pathsUnder('dmfa.service.').map((path) => [
        path,
        [{ deliberation: '14/057', version: '2016-09-06', paragraph: '25' }],
      ]),
    )
  })

  it('R19: names a block when nothing in it is granted, else the fields withheld', () => {
    const gives = pathsUnder('dmfa.employerDeclaration.', 'dmfa.remuneration.', 'dmfa.companyV')
    const { filtered } = granted(
      decide(question('pension', 'PENSION:CAREER', '2026-01-01', { gives })),
    )
    expect(filtered).toEqual([
      'dmfa.employerDeclaration.enterpriseNumber',
      'dmfa.employerDeclaration.trusteeship',
      'dmfa.employerDeclaration.netOwedAmount',
      'dmfa.employerDeclaration.holidayStartingDate',
      'dmfa.companyVehicle',
    ])
  })

  it('names the fields of a block that is withheld itself but holds a granted block', () => {
    const gives = pathsUnder('dmfa.naturalPerson.', 'dmfa.remuneration.')
    const { filtered } = granted(
      decide(question('phare', 'PHARE:EARLY_RETIREMENT', '2026-01-01', { gives })),
    )
    expect(filtered).toEqual([
      'dmfa.naturalPerson.ssin',
      'dmfa.naturalPerson.oriolusValidationCode',
    ])
  })

  it('names once the entries of a file that are all withheld, and each kind of them when one is granted', () => {
    const gives = pathsUnder('person.nr.', 'person.workPermit.', 'person.passport.')
    const told = (institution: string, legalContext: string) =>
      granted(decide(question(institution, legalContext, '2026-01-01', { gives }))).filtered
    expect(told('phare', 'PHARE:STAFF_REGISTER').filter((path) => !path.startsWith('person.nr.'))).toEqual(['person.entries']) // prettier-ignore
    const isPassport = (value: unknown) => String(value).startsWith('person.passport.')
    const withoutPassports = JSON.parse(JSON.stringify(files), (_, value: unknown) =>
      Array.isArray(value) ? value.filter((one) => !isPassport(one)) : value,
    ) as typeof files
    const one = compileDeliberations(withoutPassports)
    const partly = granted(one(question('inspection', 'INSPECTION:FILE', '2026-01-01', { gives })))
    expect(partly.filtered).toContain('person.passport')
    expect(partly.filtered).not.toContain('person.entries')
  })

  it('gives the same Grant for equal questions, so that projections are prepared once', () => {
    const one = granted(decide(subsidy('2026-01-01')))
    expect(granted(decide(subsidy('2026-01-01'))).grant).toBe(one.grant)
    expect(granted(decide(subsidy('2026-01-02'))).grant).not.toBe(one.grant)
    const half = valuePaths.filter((_, index) => index % 2 === 0)
    const fewer = granted(decide(subsidy('2026-01-01', { gives: half })))
    expect(fewer.grant.paths.size).toBeLessThan(one.grant.paths.size)
  })

  it('keeps no decision for invented legal contexts', () => {
    const fresh = compileDeliberations(files)
    const first = granted(fresh(subsidy('2026-01-01')))
    for (let index = 0; index < 20_000; index++) {
      fresh(question('phare', `PHARE:INVENTED_${index}`, '2026-01-01'))
    }
    expect(granted(fresh(subsidy('2026-01-01'))).grant).toBe(first.grant)
  })
})
