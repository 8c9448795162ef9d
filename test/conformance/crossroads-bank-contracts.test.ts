import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { XmlDocument, XmlElement } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { olderVersion, outlineOfSchema, publishedOutline } from './schema-outline.ts'
import { outlineOfWsdl, publishedWsdl } from './wsdl-outline.ts'

/**
 * Our schemas and WSDLs against the published contracts, line by line: the outlines in the notation of the README beside them.
 * Where published schema files lie in shared/contracts/crossroads-bank/, they are read back into the same notation too.
 */
const shared = resolve(import.meta.dirname, '../../../shared')
const outlines = join(shared, 'facts/crossroads-bank/contracts')
const published = join(shared, 'contracts/crossroads-bank')
const root = resolve(import.meta.dirname, '../..')

interface Contract {
  readonly name: string
  /** file of ours under schemas/ → outline file and part, and the version when that is an older one told by its differences */
  readonly schemas: Readonly<
    Record<string, readonly [file: string, part: string, older?: readonly [string, string]]>
  >
  /** outline file of the WSDL */
  readonly wsdl?: string
  /** lines that differ on purpose, with the reason */
  readonly differences?: Readonly<Record<string, string>>
}

const inline = 'inline schema of the WSDL'

/** The files of one part of SSDN. */
function ssdn(outline: string, folder: string, files: readonly string[]): Contract['schemas'] {
  return Object.fromEntries(
    files.map((file) => [
      `WebServiceConnector/v1/${folder}/${file}.xsd`,
      [outline, `${file}.xsd`] as const,
    ]),
  )
}

const contracts: readonly Contract[] = [
  {
    name: 'CommonV3 3.3-45',
    schemas: { 'common/v3/CommonV3.xsd': ['common-v3.txt', 'CommonV3.xsd'] },
  },
  {
    name: 'TestConnectionServiceService-v1',
    schemas: {
      'TestConnectionServiceService/v1/TestConnectionServiceV1.xsd': [
        'test-connection-service-v1.txt',
        'TestConnectionServiceV1.xsd',
      ],
      'TestConnectionServiceService/v1/TestConnectionServiceService.xsd': [
        'test-connection-service-v1.txt',
        inline,
      ],
    },
    wsdl: 'test-connection-service-v1.txt',
  },
  {
    name: 'RetrieveTIGroupsService-v1',
    schemas: {
      'RetrieveTIGroupsService/v1/RetrieveTIGroupsService.xsd': [
        'retrieve-ti-groups-v1.txt',
        inline,
      ],
      'RetrieveTIGroupsService/v1/RetrieveTIGroupsV5.xsd': [
        'retrieve-ti-groups-v1.txt',
        'RetrieveTIGroupsV5.xsd',
      ],
      'RetrieveTIGroupsService/v1/rn25_Release201411.xsd': [
        'rn25-release201411.txt',
        'rn25_Release201411.xsd',
      ],
    },
    wsdl: 'retrieve-ti-groups-v1.txt',
  },
  {
    name: 'RetrieveTIGroupsService-v2',
    schemas: {
      'RetrieveTIGroupsService/v2/RetrieveTIGroupsService.xsd': [
        'retrieve-ti-groups-v2.txt',
        inline,
      ],
      'RetrieveTIGroupsService/v2/RetrieveTIGroupsV2.xsd': [
        'retrieve-ti-groups-v2.txt',
        'RetrieveTIGroupsV2.xsd',
      ],
      'RetrieveTIGroupsService/v2/xm25.xsd': ['rn25-xm25-2019.txt', 'xm25.xsd 25.2019.1.0'],
    },
    wsdl: 'retrieve-ti-groups-v2.txt',
  },
  {
    name: 'types of Dolsis',
    schemas: {
      'dolsis/v1/CommonV3.xsd': [
        'common-v3.txt',
        'CommonV3.xsd',
        ['common-v3-older-versions.txt', 'version 1.0 b'],
      ],
      'dolsis/v1/DolsisTypes.xsd': ['dolsis-types-v1.txt', 'DolsisTypes.xsd'],
      'dolsis/v1/DolsisMessages.xsd': ['dolsis-messages-v1.txt', 'DolsisMessages.xsd'],
      'dolsis/v1/ContractualRelationshipRegistryTypes.xsd': [
        'dolsis-contractual-relationship-types-v1.txt',
        'ContractualRelationshipRegistryTypes.xsd',
      ],
      'dolsis/v1/PresenceRegistrationTypes.xsd': [
        'dolsis-presence-registration-types-v1.txt',
        'PresenceRegistrationTypes.xsd',
      ],
      'dolsis/v1/dolsisCBSSTypesV1.xsd': [
        'dolsis2011-cbss-person-types-v1.txt',
        'dolsisCBSSTypesV1.xsd',
      ],
    },
  },
  {
    name: 'Dolsis2011Service-v1',
    schemas: {
      'Dolsis2011Service/v1/Dolsis2011Service.xsd': ['dolsis2011-service-v1.txt', inline],
    },
    wsdl: 'dolsis2011-service-v1.txt',
  },
  {
    // no WSDL is published: elements as in Dolsis2011Service, of these types
    name: 'Dolsis2011PersonService-v1',
    schemas: {
      'dolsis/v1/dolsisCBSSTypesV1.xsd': [
        'dolsis2011-cbss-person-types-v1.txt',
        'dolsisCBSSTypesV1.xsd',
      ],
    },
  },
  {
    name: 'DolsisNSSO-v1',
    schemas: { 'DolsisNSSO/v1/DolsisNSSO.xsd': ['dolsis-nsso-v1.txt', 'Dolsis.xsd'] },
    wsdl: 'dolsis-nsso-v1.txt',
  },
  {
    name: 'WebServiceConnector-v1',
    schemas: {
      'WebServiceConnector/v1/WebServiceConnector.xsd': ['ssdn-connector.txt', inline],
      ...ssdn('ssdn-common.txt', 'SSDN/Common', [
        'CommonDataTypes',
        'ResultSummary',
        'ExtensionPlaceHolder',
        'NamespaceRoot',
      ]),
      ...ssdn('ssdn-service.txt', 'SSDN/Service', [
        'CommonDataTypes',
        'SSDNRequest',
        'SSDNReply',
        'NamespaceRoot',
      ]),
      ...ssdn('ssdn-person.txt', 'SSDN/Person', [
        'CommonDataTypes',
        'AddressInformation',
        'Citizen',
        'NamespaceRoot',
      ]),
      ...ssdn('ssdn-identify-person.txt', 'SSDN/OCMW_CPAS/IdentifyPerson', [
        'IdentifyPersonRequest',
        'IdentifyPersonReply',
        'NamespaceRoot',
      ]),
      ...ssdn('ssdn-manage-access.txt', 'SSDN/OCMW_CPAS/ManageAccess', [
        'CommonDataTypes',
        'ManageAccessRequest',
        'ManageAccessReply',
        'NamespaceRoot',
      ]),
      ...ssdn('ssdn-perform-investigation.txt', 'SSDN/OCMW_CPAS/PerformInvestigation', [
        'PerformInvestigationRequest',
        'FamilyComposition',
        'AddressHistory',
        'WaitRegister',
        'NamespaceRoot',
      ]),
      // the published file is spelt otherwise than the published NamespaceRoot includes it
      'WebServiceConnector/v1/SSDN/OCMW_CPAS/PerformInvestigation/PerformInvestigationReply.xsd': [
        'ssdn-perform-investigation.txt',
        'PerformInvetigationReply.xsd',
      ],
      ...ssdn('ssdn-reference-manager.txt', 'SSDN/ReferenceManagerFacade', [
        'ReferenceManagerDataTypes',
        'ReferenceManagerRequest',
        'ReferenceManagerReply',
      ]),
    },
    wsdl: 'ssdn-connector.txt',
  },
]

const ours = (...path: readonly string[]) => readFileSync(join(root, ...path), 'utf8')

/** Pairs of what is ours and what is published, by file. */
function pairsOf({ name, schemas, wsdl }: Contract) {
  const outline = (file: string) => readFileSync(join(outlines, file), 'utf8')
  const pairs = Object.entries(schemas).map(([path, [file, part, older]]) => {
    const newest = publishedOutline(outline(file), part)
    const theirs = older ? olderVersion(newest, outline(older[0]), older[1]) : newest
    return [path, outlineOfSchema(ours('schemas', path)), theirs] as const
  })
  if (wsdl === undefined) return pairs
  const text = outline(wsdl)
  const path = `wsdl/${name}.wsdl`
  return [...pairs, [path, outlineOfWsdl(ours(path)), publishedWsdl(text)] as const]
}

/** Published schema files that lie beside the repository, by the last part of their path. */
function publishedFiles(): ReadonlyMap<string, string> {
  if (!existsSync(published)) return new Map()
  const names = readdirSync(published, { recursive: true, encoding: 'utf8' })
  return new Map(
    names
      .filter((name) => name.endsWith('.xsd'))
      .map((name) => [name.split('/').at(-1)!, readFileSync(join(published, name), 'utf8')]),
  )
}

describe.skipIf(!existsSync(outlines))('contracts of the Crossroads Bank', () => {
  it.each(contracts)('$name is, line by line, the published one', (contract) => {
    const { name, differences = {} } = contract
    const files = publishedFiles()
    let lines = 0
    let schemas = 0
    for (const [path, own, theirs] of pairsOf(contract)) {
      const listed = (line: string) => line in differences
      expect(own.filter((line) => !listed(line))).toEqual(theirs.filter((line) => !listed(line)))
      lines += theirs.length
      const file = files.get(path.split('/').at(-1)!)
      if (file === undefined) continue
      expect(own).toEqual(outlineOfSchema(file))
      schemas += 1
    }
    const reasons = Object.entries(differences).map(([line, why]) => `; ${line.trim()}: ${why}`)
    console.log(
      `contract ${name}: ${lines} lines compared, ${Object.keys(differences).length} differences${reasons.join('')}` +
        `, ${schemas} published schema files beside it`,
    )
  })

  it('names every published contract that the gateway serves', () => {
    const served = readdirSync(join(root, 'wsdl')).map((file) => file.replace('.wsdl', ''))
    const own = served.filter((name) => {
      using document = XmlDocument.fromString(ours('wsdl', `${name}.wsdl`))
      const { root: definitions } = document
      return (
        definitions instanceof XmlElement &&
        definitions.attr('targetNamespace')?.value.startsWith('urn:quadrivium:') === true
      )
    })
    const compared = contracts.map(({ name }) => name)
    expect(served.filter((name) => !own.includes(name)).sort()).toEqual(
      compared.filter((name) => served.includes(name)).sort(),
    )
  })
})

describe('the comparison', () => {
  it('sees a name, an order, a type, an occurrence and a facet that differ', () => {
    const schema = (content: string) =>
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a" xmlns:a="urn:a">' +
      `<xs:complexType name="T"><xs:sequence>${content}</xs:sequence></xs:complexType></xs:schema>`
    const element = (name: string, more: string) => `<xs:element name="${name}" ${more}/>`
    const base = schema(element('x', 'type="a:S"') + element('y', 'type="xs:string"'))
    const others = [
      schema(element('z', 'type="a:S"') + element('y', 'type="xs:string"')),
      schema(element('y', 'type="xs:string"') + element('x', 'type="a:S"')),
      schema(element('x', 'type="a:S"') + element('y', 'type="xs:int"')),
      schema(element('x', 'type="a:S" minOccurs="0"') + element('y', 'type="xs:string"')),
      schema(element('x', 'type="a:S" default="1"') + element('y', 'type="xs:string"')),
    ]
    for (const other of others) expect(outlineOfSchema(other)).not.toEqual(outlineOfSchema(base))
    const simple = (facet: string) =>
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a"><xs:simpleType name="S">' +
      `<xs:restriction base="xs:string"><xs:${facet}/></xs:restriction></xs:simpleType></xs:schema>`
    expect(outlineOfSchema(simple('maxLength value="16"'))).not.toEqual(
      outlineOfSchema(simple('maxLength value="17"')),
    )
  })
})

if (!existsSync(outlines)) {
  console.log('contracts of the Crossroads Bank: no shared folder, nothing compared')
}
